import pytest

from mmmtl.evaluation import read_scalars
from mmmtl.visualization import draw_task_weights
from mmmtl.visualization.plots import task_weights as module
from tests.utils.logged_runs import log_run, log_weights


@pytest.mark.parametrize('exact', [True, False])
def test_means_of_epochs_are_drawn_where_all_runs_have_them(tmp_path, monkeypatch, exact):
    runs = {'a': log_weights(tmp_path / 'a'), 'b': log_weights(tmp_path / 'b', exact=exact)}
    asked = []
    series = type(read_scalars(runs['a'])).series

    def watched(self, mode, key):
        asked.append(key)
        return series(self, mode, key)

    monkeypatch.setattr('mmmtl.evaluation.logged_scalars.RunScalars.series', watched)
    draw_task_weights(runs, tmp_path / 'weights.png')
    prefix = 'epoch_' if exact else ''
    assert set(asked) == {f'{t}/{prefix}{n}' for t in ('seg', 'depth') for n in ('weight', 'raw')}


@pytest.fixture
def figures(monkeypatch):
    saved = []
    monkeypatch.setattr(module, 'save_figure', lambda figure, path: saved.append(figure))
    return saved


def test_weights_stand_above_losses_task_by_task(tmp_path, figures):
    log_weights(tmp_path, lambda epoch: epoch / 4, exact=False)
    draw_task_weights([tmp_path], tmp_path / 'weights.png')
    (figure,) = figures
    assert [axis.get_title(loc='left') for axis in figure.axes] == [
        'seg: weight',
        'depth: weight',
        'seg: loss before its weight',
        'depth: loss before its weight',
    ]
    grid = figure.axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == (2, 2)
    lines = [axis.get_lines()[0] for axis in figure.axes]
    assert lines[1].get_xdata().tolist() == [1, 2, 3, 4, 5]
    assert lines[1].get_ydata().tolist() == [0.25, 0.5, 0.75, 1, 1.25]
    assert lines[2].get_ydata().tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])


def test_the_picture_is_written(tmp_path):
    log_weights(tmp_path)
    draw_task_weights({'equal': tmp_path}, tmp_path / 'new' / 'weights.pdf')
    assert (tmp_path / 'new' / 'weights.pdf').read_bytes().startswith(b'%PDF')


def test_mistakes(tmp_path):
    log_run(tmp_path / 'plain', '20250101_000000', [1])
    with pytest.raises(ValueError, match='expected <task>/weight in the logs, found none'):
        draw_task_weights([tmp_path / 'plain'], tmp_path / 'weights.png')
    with pytest.raises(ValueError, match='run_dirs: expected at least one run'):
        draw_task_weights([], tmp_path / 'weights.png')
    log_weights(tmp_path / 'run')
    with pytest.raises(ValueError, match='out_file: expected a suffix'):
        draw_task_weights([tmp_path / 'run'], tmp_path / 'weights.bmp')
