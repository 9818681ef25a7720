import argparse

from mmmtl.commands import check
from tests.utils.checked_config import right_config


def call(capfd, *arguments):
    parser = argparse.ArgumentParser()
    check.add_arguments(parser)
    code = check.run(parser.parse_args([str(one) for one in arguments]))
    return code, capfd.readouterr()


def test_problems_are_lines_and_the_exit_code(tmp_path, capfd):
    path = tmp_path / 'mine.py'
    path.write_text(right_config(tmp_path / 'nowhere').pretty_text)
    code, said = call(capfd, path, '--cfg-options', 'model.backbone.width=3')
    assert code == 1
    first, second, last = said.err.splitlines()[-3:]
    assert first.startswith("error: model.backbone: SegNet has no argument 'width'; did you mean")
    assert second.startswith('error: CityscapesMultiTaskDataset: there is no data_root')
    assert last == f'2 problems in {path}'
