"""The tables of configs, from the command line."""

import json
import re
import runpy
import sys

import pytest
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl_bench.run.complexity import count_flops, count_params

NAMES = ('segnet_camvid-hololens-seg', 'own_data_example')
SIZES = ((96, 128), (64, 64))


@pytest.fixture
def list_configs(repository, monkeypatch, capsys):
    """Runs the tool in this process; gives exit code, output and errors."""

    def run(*arguments):
        path = str(repository / 'tools' / 'misc' / 'list_configs.py')
        monkeypatch.setattr(sys, 'argv', [path, *map(str, arguments)])
        monkeypatch.setattr('torch.set_num_threads', lambda count: None)
        with pytest.raises(SystemExit) as exited:
            runpy.run_path(path, run_name='__main__')
        return exited.value.code, *capsys.readouterr()

    return run


def test_two_small_configs(repository, list_configs, tmp_path):
    paths = [repository / 'configs' / f'{name}.py' for name in NAMES]
    file = tmp_path / 'zoo.json'
    options = ('--json', file, '--size', '64x64', '--rounds', 1)
    code, printed, _ = list_configs(*paths, *options)
    assert code == 0
    assert re.findall('^## (.*)$', printed, re.MULTILINE) == [
        'CamVid, HoloLens frames',
        'Rendered rooms (synthetic)',
    ]
    found = json.loads(file.read_text())
    for path, size in zip(paths, SIZES, strict=True):
        model = MODELS.build(Config.fromfile(path).model)
        costs = found['networks'][found['configs'][path.name]['network']]
        assert costs['parameters'] == count_params(model)
        assert costs['flops'] == count_flops(model, size)
        (row,) = [line for line in printed.splitlines() if f'[{path.stem}]' in line]
        assert f'| {size[0]}x{size[1]} | {count_params(model):,} |' in row
        assert '–' not in row

    page = tmp_path / 'page.md'
    page.write_text('<!-- tables: list_configs.py -->\n<!-- end of tables -->\n')
    assert list_configs(*paths, *options, '--resume', '--page', page)[0] == 0
    assert printed.strip() in page.read_text()  # the same seconds


def test_what_is_wrong_is_one_line(list_configs):
    code, _, errors = list_configs('--rounds', 0)
    assert (code, errors.splitlines()[0]) == (1, 'error: --rounds: expected at least 1, found 0.')
    code, _, errors = list_configs('nowhere.py')
    assert (code, errors.splitlines()[0]) == (1, "error: There is no config file 'nowhere.py'.")
