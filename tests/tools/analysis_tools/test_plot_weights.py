import runpy
import sys

import numpy as np
import pytest
from mmengine.visualization import LocalVisBackend
from PIL import Image

from mmmtl.evaluation import read_scalars
from mmmtl.visualization import draw_learning_curves, draw_task_weights

TIME = '20250101_000000'
BLUE, VERMILION = (0, 114, 178), (213, 94, 0)


def log_run(work_dir, weight=lambda epoch: epoch, exact=True, epochs=5):
    """Logs as LoggerHook and LossWeightingHook do: two entries an epoch, then its means."""
    backend = LocalVisBackend(str(work_dir / TIME / 'vis_data'))
    (work_dir / TIME).mkdir(parents=True, exist_ok=True)
    (work_dir / TIME / f'{TIME}.log').write_text('text')
    for epoch in range(1, epochs + 1):
        for iteration in (2 * epoch - 1, 2 * epoch):
            tag = {'loss': 2.0, 'epoch': epoch, 'iter': iteration}
            for task in ('seg', 'depth'):
                tag[f'{task}/loss'] = 1.0
                tag[f'{task}/weight'] = float(weight(epoch))
                tag[f'{task}/raw'] = 1 / epoch
            backend.add_scalars(tag, step=iteration)
        if exact:
            means = {f'{task}/epoch_weight': 10.0 for task in ('seg', 'depth')}
            means |= {f'{task}/epoch_raw': 20.0 for task in ('seg', 'depth')}
            position = {'epoch': epoch, 'iter': 2 * epoch}
            backend.add_scalars({**means, **position}, step=2 * epoch)
    return work_dir


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
    first = log_run(tmp_path / 'a', exact=False)
    second = log_run(tmp_path / 'b', lambda epoch: 6 - epoch, exact=False)
    out = tmp_path / 'pictures' / 'weights.png'
    log = second / TIME / 'vis_data' / 'scalars.json'
    assert plot(repository, monkeypatch, first, log, '--out', out) == 0
    assert capsys.readouterr().out == f'{out}: weights and losses of 2 run(s)\n'
    assert amount(out, BLUE) > 200
    assert amount(out, VERMILION) > 200


def test_names_and_panels(repository, monkeypatch, tmp_path):
    runs = log_run(tmp_path / 'a'), log_run(tmp_path / 'b')
    out = tmp_path / 'weights.svg'
    code = plot(repository, monkeypatch, *runs, '--names', 'equal', 'DWA', '--out', out)
    assert code == 0
    drawn = out.read_text()
    for task in ('seg', 'depth'):
        assert f'<!-- {task}: weight -->' in drawn
        assert f'<!-- {task}: loss before its weight -->' in drawn
    assert '<!-- equal -->' in drawn
    assert '<!-- DWA -->' in drawn


@pytest.mark.parametrize('exact', [True, False])
def test_means_of_epochs_are_drawn_where_all_runs_have_them(tmp_path, monkeypatch, exact):
    runs = {'a': log_run(tmp_path / 'a'), 'b': log_run(tmp_path / 'b', exact=exact)}
    asked = []
    series = type(read_scalars(runs['a'])).series

    def watched(self, mode, key):
        asked.append(key)
        return series(self, mode, key)

    monkeypatch.setattr('mmmtl.evaluation.logged_scalars.RunScalars.series', watched)
    draw_task_weights(runs, tmp_path / 'weights.png')
    prefix = 'epoch_' if exact else ''
    assert set(asked) == {f'{t}/{prefix}{n}' for t in ('seg', 'depth') for n in ('weight', 'raw')}


@pytest.mark.parametrize(
    'file', [f'{TIME}/{TIME}.log', f'{TIME}/vis_data/scalars.json'], ids=['text', 'scalars']
)
def test_a_log_file_stands_for_its_folder(tmp_path, file):
    log_run(tmp_path)
    run = read_scalars(tmp_path / file)
    assert run.series('train', 'seg/weight') == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    assert run.series('train', 'seg/epoch_raw') == ([1, 2, 3, 4, 5], [20] * 5)


def test_learning_curves_show_weights_that_are_not_all_one(tmp_path):
    log_run(tmp_path / 'moving')
    log_run(tmp_path / 'equal', lambda epoch: 1)
    for name, shown in (('moving', True), ('equal', False)):
        draw_learning_curves([tmp_path / name], tmp_path / f'{name}.svg')
        drawn = (tmp_path / f'{name}.svg').read_text()
        assert ('<!-- depth/weight, training -->' in drawn) is shown
        assert '<!-- depth/loss, training -->' in drawn


def test_mistakes_are_one_line(repository, monkeypatch, tmp_path, capsys):
    log_run(tmp_path / 'a')
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
