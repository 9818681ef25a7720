import shutil

import cv2
import pytest

from mmmtl.commands.data import check
from mmmtl.commands.program import run_program
from tests.utils.own_folders import COLORS, write_own_folder


def run(*arguments):
    return run_program(check, list(map(str, arguments)))


def test_a_table_and_a_sheet(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv('COLUMNS', '160')
    config, out = write_own_folder(tmp_path), tmp_path / 'sheet.png'

    assert run(config, '--out', out, '--workers', 0) == 0
    printed = capsys.readouterr().out
    assert 'depth [m]: 1 to 2, mean 1.5' in printed
    assert '75.00 %' in printed  # of depths
    assert '4 of 4 classes' in printed
    assert printed.count('25.00') == 8  # each class in both sets
    assert 'nothing looks wrong' in printed
    sheet = cv2.imread(str(out))[..., ::-1].reshape(-1, 3)
    assert (sheet == COLORS[1]).all(axis=1).any()  # the palette of the masks


def test_what_looks_wrong_ends_in_1(tmp_path, capsys):
    config = write_own_folder(tmp_path, scale=1.0)
    shutil.copy(tmp_path / 'images/0.png', tmp_path / 'images/2.png')
    (tmp_path / 'masks/1.png').write_bytes(b'')

    assert run(config, '--out', tmp_path / 'sheet.png', '--workers', 0) == 1
    found = capsys.readouterr()
    assert 'train and val share images: 1, ' in found.err
    assert 'masks/1.png' in found.err
    assert 'depth: the mean is' in found.err
    assert '4 things look wrong' in found.out


def test_a_missing_folder_is_a_line(tmp_path, capsys):
    config = write_own_folder(tmp_path)
    shutil.rmtree(tmp_path / 'masks')

    assert run(config, '--workers', 0) == 1
    assert f'missing folder(s) {tmp_path / "masks"}' in capsys.readouterr().err


@pytest.mark.parametrize('option', [('--num', 0), ('--workers', -1)])
def test_a_wrong_number_is_named(tmp_path, capsys, option):
    assert run(write_own_folder(tmp_path), *option) == 1
    assert f'error: {option[0]}: expected at least' in capsys.readouterr().err
