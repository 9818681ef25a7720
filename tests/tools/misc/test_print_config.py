import runpy
import sys

import pytest
from mmengine.config import Config

CONFIG = 'configs/mtan_segnet_cityscapes7.py'


@pytest.fixture
def print_config(repository, monkeypatch, capsys):
    """Runs the tool in this process; gives exit code, output and errors."""

    def run(*arguments):
        path = str(repository / 'tools' / 'misc' / 'print_config.py')
        monkeypatch.setattr(sys, 'argv', [path, *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            runpy.run_path(path, run_name='__main__')
        return exited.value.code, *capsys.readouterr()

    return run


def test_the_printed_config_is_the_whole_one(repository, print_config, tmp_path):
    options = ('--cfg-options', 'train_dataloader.batch_size=3')
    code, printed, _ = print_config(repository / CONFIG, *options)
    assert code == 0
    path = tmp_path / 'printed.py'
    path.write_text(printed)
    found, expected = Config.fromfile(path), Config.fromfile(repository / CONFIG)
    assert found.train_dataloader.batch_size == 3
    assert found.model == expected.model


def test_the_modules_are_printed_too(repository, print_config):
    code, printed, _ = print_config(repository / CONFIG, '--graph')
    assert code == 0
    assert 'MultiTaskSegmentor(' in printed
    assert '(loss_weighting): ' in printed


def test_a_config_that_is_not_there_is_one_line(print_config):
    code, printed, errors = print_config('nowhere.py')
    assert (code, printed) == (1, '')
    assert errors.startswith("error: There is no config file 'nowhere.py'.\n")


def test_a_config_without_a_model_has_no_modules(print_config, tmp_path):
    (tmp_path / 'a.py').write_text('x = 1\n')
    code, printed, errors = print_config(tmp_path / 'a.py', '--graph')
    assert (code, 'x = 1' in printed) == (1, True)
    assert errors.startswith(f'error: {tmp_path}/a.py: expected a model for --graph, found none.')
