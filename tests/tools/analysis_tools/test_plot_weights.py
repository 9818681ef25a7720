import runpy
import sys

import numpy as np
import pytest
from mmengine.visualization import LocalVisBackend
from PIL import Image

from tests.utils.logged_runs import TIME, log_weights

BLUE, VERMILION = (0, 114, 178), (213, 94, 0)


def plot(repository, monkeypatch, *arguments):
    """Runs the tool; gives its exit code."""
    tool = repository / 'tools' / 'analysis_tools' / 'plot_weights.py'
    monkeypatch.setattr(sys, 'argv', [str(tool), *map(str, arguments)])
    with pytest.raises(SystemExit) as exited:
        runpy.run_path(str(tool), run_name='__main__')
    return exited.value.code


def amount(path, color):
    return (np.asarray(Image.open(path).convert('RGB')) == color).all(axis=-1).sum()


def test_several_runs_by_folder_and_by_log_file(repository, monkeypatch, tmp_path, capsys):
    first = log_weights(tmp_path / 'a', exact=False)
    second = log_weights(tmp_path / 'b', lambda epoch: 6 - epoch, exact=False)
    out = tmp_path / 'pictures' / 'weights.png'
    log = second / TIME / 'vis_data' / 'scalars.json'
    assert plot(repository, monkeypatch, first, log, '--out', out) == 0
    assert capsys.readouterr().out == f'{out}: weights and losses of 2 run(s)\n'
    assert amount(out, BLUE) > 200
    assert amount(out, VERMILION) > 200


def test_names_and_panels(repository, monkeypatch, tmp_path):
    runs = log_weights(tmp_path / 'a'), log_weights(tmp_path / 'b')
    out = tmp_path / 'weights.svg'
    code = plot(repository, monkeypatch, *runs, '--names', 'equal', 'DWA', '--out', out)
    assert code == 0
    drawn = out.read_text()
    for task in ('seg', 'depth'):
        assert f'<!-- {task}: weight -->' in drawn
        assert f'<!-- {task}: loss before its weight -->' in drawn
    assert '<!-- equal -->' in drawn
    assert '<!-- DWA -->' in drawn


def test_mistakes_are_one_line(repository, monkeypatch, tmp_path, capsys):
    log_weights(tmp_path / 'a')
    backend = LocalVisBackend(str(tmp_path / 'plain' / TIME / 'vis_data'))
    backend.add_scalars({'loss': 1.0, 'epoch': 1, 'iter': 1}, step=1)
    for arguments, reason in (
        ((tmp_path / 'none',), 'none: expected <time>/vis_data/scalars.json'),
        ((tmp_path / 'plain',), 'run_dirs: expected <task>/weight in the logs, found none'),
        ((tmp_path / 'a', tmp_path / 'a'), '--names: expected 2 different names'),
        ((tmp_path / 'a', '--names', 'x', 'y'), '--names: expected 1 different names'),
        ((tmp_path / 'a', '--out', tmp_path / 'x.bmp'), 'out_file: expected a suffix'),
    ):
        assert plot(repository, monkeypatch, *arguments) == 1
        said = capsys.readouterr().err.replace(f'{tmp_path}/', '')
        assert said.startswith(f'error: {reason}')
