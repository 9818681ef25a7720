import runpy
import sys

import numpy as np
import pytest

from tests.utils.paths import TOOLS

TOOL = str(TOOLS / 'dataset_converters' / 'depth_to_normals.py')


@pytest.fixture
def call(monkeypatch, tmp_path):
    """Runs the tool in an empty folder; gives its exit code."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, 'argv', [TOOL, *arguments, '--quiet'])
        with pytest.raises(SystemExit) as stop:
            runpy.run_path(TOOL, run_name='__main__')
        return stop.value.code

    return run


def test_a_folder_of_depth_becomes_one_of_normals(call, tmp_path):
    (tmp_path / 'depth').mkdir()
    np.save(tmp_path / 'depth' / 'a.npy', np.full((24, 32), 1.5, np.float32))
    (tmp_path / 'K.txt').write_text('40 0 15.5\n0 40 11.5\n0 0 1\n')
    assert call('depth', 'normal', '--camera', 'K.txt') == 0
    normals = np.load(tmp_path / 'normal' / 'a.npy')
    np.testing.assert_allclose(normals, np.broadcast_to([0, 0, -1], (24, 32, 3)), atol=1e-3)


def test_a_missing_file_ends_in_one_line(call, capsys):
    assert call('depth', 'normal', '--camera', 'K.txt') == 1
    assert capsys.readouterr().err == (
        'depth_to_normals.py: error: K.txt: no such file, expected a camera matrix.\n'
    )
