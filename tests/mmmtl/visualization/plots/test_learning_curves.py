import json

import numpy as np
import pytest
from mmengine.visualization import LocalVisBackend
from PIL import Image

from mmmtl.evaluation import read_scalars
from mmmtl.visualization import draw_learning_curves
from mmmtl.visualization.plots import learning_curves as module
from tests.utils.logged_runs import log_run, log_weights

BLUE, VERMILION = (0, 114, 178), (213, 94, 0)


def test_nan_can_be_drawn(tmp_path):
    log_run(tmp_path, '20250101_000000', [1])
    file = tmp_path / '20250101_000000' / 'vis_data' / 'scalars.json'
    file.write_text(file.read_text() + json.dumps({'depth/rmse': float('nan'), 'step': 1}) + '\n')

    draw_learning_curves([tmp_path], tmp_path / 'curves.png')
    assert (tmp_path / 'curves.png').read_bytes().startswith(b'\x89PNG')


def test_picture_has_a_colour_per_run(tmp_path):
    log_run(tmp_path / 'a', '20250101_000000', range(1, 6))
    log_run(tmp_path / 'b', '20250101_000000', range(1, 6), loss=2.0)
    one, two = tmp_path / 'one.png', tmp_path / 'two.png'
    draw_learning_curves([tmp_path / 'a'], one)
    draw_learning_curves({'A': tmp_path / 'a', 'B': tmp_path / 'b'}, two)

    def amount(path, color):
        return (np.asarray(Image.open(path).convert('RGB')) == color).all(axis=-1).sum()

    assert amount(one, BLUE) > 200
    assert amount(one, VERMILION) == 0
    assert amount(two, BLUE) > 200
    assert amount(two, VERMILION) > 200


def test_plots_and_names(tmp_path):
    log_run(tmp_path / 'a', '20250101_000000', range(1, 6))
    log_run(tmp_path / 'b', '20250101_000000', range(1, 4))
    runs = {'first run': tmp_path / 'a', 'second run': tmp_path / 'b'}
    draw_learning_curves(runs, tmp_path / 'two.svg')
    draw_learning_curves([tmp_path / 'a'], tmp_path / 'one.svg')

    two, one = (tmp_path / 'two.svg').read_text(), (tmp_path / 'one.svg').read_text()
    for text in ('loss, training', 'seg/loss, training', 'seg/mIoU ↑', 'epoch'):
        assert f'<!-- {text} -->' in two
    for name in runs:
        assert f'<!-- {name} -->' in two
    assert '<!-- best 50 -->' in one


def test_mistakes(tmp_path):
    log_run(tmp_path / 'epochs', '20250101_000000', [1])
    log_run(tmp_path / 'iterations', '20250101_000000', [1], by_epoch=False)
    out_file = tmp_path / 'curves.png'

    with pytest.raises(ValueError, match='run_dirs: .* found none'):
        draw_learning_curves([], out_file)
    with pytest.raises(ValueError, match='all runs to count epochs, or all iterations'):
        draw_learning_curves([tmp_path / 'epochs', tmp_path / 'iterations'], out_file)
    with pytest.raises(ValueError, match='out_file: .* found .*curves.bmp'):
        draw_learning_curves([tmp_path / 'epochs'], tmp_path / 'curves.bmp')


def log_losses(work_dir, gap=0.5, epochs=8, weight=2.0, exact=True):
    """Logs a task's losses before its weight, in training and in every second validation."""
    backend = LocalVisBackend(str(work_dir / '20250101_000000' / 'vis_data'))
    for epoch in range(1, epochs + 1):
        entry = {'epoch': epoch, 'iter': epoch, 'seg/loss': weight / epoch, 'seg/weight': weight}
        backend.add_scalars({**entry, 'seg/raw': 9.0}, step=epoch)
        if exact:
            backend.add_scalars({'seg/epoch_raw': 1 / epoch, **entry}, step=epoch)
        if epoch % 2 == 0:
            backend.add_scalars({'seg/val_loss': 1 / epoch + gap, 'seg/mIoU': 5.0}, step=epoch)
    return work_dir


@pytest.fixture
def figures(monkeypatch):
    saved = []
    monkeypatch.setattr(module, 'save_figure', lambda figure, path: saved.append(figure))
    return saved


def drawn_lines(axis):
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in axis.get_lines()]


def find_axis(figure, title):
    (axis,) = (axis for axis in figure.axes if axis.get_title(loc='left') == title)
    return axis


def test_training_and_validation_loss_share_a_plot(tmp_path, figures):
    draw_learning_curves([log_losses(tmp_path)], tmp_path / 'curves.png')
    axis = find_axis(figures[0], 'seg: loss before its weight')
    training, validation = axis.get_lines()

    assert training.get_xdata().tolist() == list(range(1, 9))
    np.testing.assert_allclose(training.get_ydata(), 1 / np.arange(1, 9))
    assert training.get_linestyle() == '-'
    assert validation.get_xdata().tolist() == [2, 4, 6, 8]
    np.testing.assert_allclose(validation.get_ydata(), 1 / np.arange(2, 9, 2) + 0.5)
    assert validation.get_linestyle() == '--'
    assert training.get_color() == validation.get_color()
    titles = [axis.get_title(loc='left') for axis in figures[0].axes]
    assert 'seg/val_loss' not in ' '.join(titles)  # has no plot of its own
    (legend,) = figures[0].legends
    assert [text.get_text() for text in legend.get_texts()] == ['training', 'validation']


def test_gap_of_one_run_is_shaded_and_printed(tmp_path, figures):
    draw_learning_curves([log_losses(tmp_path)], tmp_path / 'curves.png')
    axis = find_axis(figures[0], 'seg: loss before its weight')

    assert [text.get_text() for text in axis.texts] == ['gap +0.5']
    (shade,) = axis.collections
    corners = shade.get_paths()[0].vertices
    heights = {x: np.ptp(corners[corners[:, 0] == x, 1]) for x in (2, 4, 6, 8)}
    assert heights == pytest.approx(dict.fromkeys((2, 4, 6, 8), 0.5))


def test_gaps_of_several_runs_have_a_plot(tmp_path, figures):
    runs = {name: log_losses(tmp_path / name, gap) for name, gap in (('A', 0.25), ('B', -0.5))}
    draw_learning_curves(runs, tmp_path / 'curves.png')
    zero, first, second = drawn_lines(find_axis(figures[0], 'seg: validation − training'))

    assert zero[1] == [0, 0]
    assert first == ([2, 4, 6, 8], pytest.approx([0.25] * 4))
    assert second == ([2, 4, 6, 8], pytest.approx([-0.5] * 4))
    assert len(find_axis(figures[0], 'seg: loss before its weight').collections) == 0
    texts = [text.get_text() for text in figures[0].legends[0].get_texts()]
    assert texts == ['A', 'B', 'training', 'validation']


def test_start_of_losses_does_not_stretch_the_axis(tmp_path, figures):
    draw_learning_curves([log_losses(tmp_path, gap=0.0)], tmp_path / 'curves.png')
    low, high = find_axis(figures[0], 'seg: loss before its weight').get_ylim()

    assert 1 / 3 < high < 1 / 2  # epochs 1 and 2, a quarter of 8, may leave the plot
    assert 0 < low < 1 / 8


@pytest.mark.parametrize(('exact', 'expected'), [(True, 1 / 8), (False, 9.0)])
def test_training_loss_is_the_exact_mean_where_it_is_logged(tmp_path, figures, exact, expected):
    run = log_losses(tmp_path, exact=exact)
    draw_learning_curves([run], tmp_path / 'curves.png', keys=['seg/loss'])

    (axis,) = figures[0].axes
    assert axis.get_lines()[0].get_ydata()[-1] == pytest.approx(expected)


def test_runs_beside_one_without_validation_losses(tmp_path, figures):
    plain = tmp_path / 'plain'
    log_run(plain, '20250101_000000', range(1, 5))
    runs = {'A': log_losses(tmp_path / 'a'), 'B': plain}
    draw_learning_curves(runs, tmp_path / 'curves.png', keys=['seg/loss', 'seg/gap'])

    lines = drawn_lines(find_axis(figures[0], 'seg: loss before its weight'))
    assert lines[2] == ([1, 2, 3, 4], pytest.approx([1, 1 / 2, 1 / 3, 1 / 4]))  # seg/loss of B
    assert lines[3] == ([], [])
    assert drawn_lines(find_axis(figures[0], 'seg: validation − training'))[2] == ([], [])


def test_numbers_can_stand_for_a_folder(tmp_path, figures):
    folder = log_losses(tmp_path / 'a')
    draw_learning_curves({'A': folder}, tmp_path / 'curves.png')
    draw_learning_curves({'A': read_scalars(folder)}, tmp_path / 'curves.png')

    by_folder, by_numbers = ([drawn_lines(axis) for axis in figure.axes] for figure in figures)
    assert by_folder == by_numbers


def test_plots_side_by_side(tmp_path, figures):
    runs = {name: log_losses(tmp_path / name) for name in 'AB'}
    keys = ['seg/loss', 'seg/gap', 'seg/mIoU']
    for columns, shape in ((2, (2, 2)), (4, (1, 3))):
        draw_learning_curves(runs, tmp_path / 'curves.png', keys, max_columns=columns)
        grid = figures[-1].axes[0].get_gridspec()
        assert (grid.nrows, grid.ncols) == shape


def test_learning_curves_show_weights_that_are_not_all_one(tmp_path):
    log_weights(tmp_path / 'moving')
    log_weights(tmp_path / 'equal', lambda epoch: 1)
    for name, shown in (('moving', True), ('equal', False)):
        draw_learning_curves([tmp_path / name], tmp_path / f'{name}.svg')
        drawn = (tmp_path / f'{name}.svg').read_text()
        assert ('<!-- depth: weight of its loss -->' in drawn) is shown
        assert '<!-- depth: loss before its weight -->' in drawn
