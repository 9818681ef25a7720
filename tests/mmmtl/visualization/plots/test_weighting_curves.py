import numpy as np
import pytest

from mmmtl.visualization.plots.axes import Curve
from mmmtl.visualization.plots.figures import SERIES_COLORS
from mmmtl.visualization.plots.weighting_curves import draw_weighting_curves

EPOCHS = list(range(1, 9))


def rising(last, spread=()):
    return Curve(EPOCHS, np.linspace(0, last, 8).tolist(), spread)


def test_a_plot_for_each_architecture_and_a_line_for_each_weighting(figures, tmp_path):
    curves = {
        'Dense': {'equal': rising(50), 'dwa': rising(52)},
        'MTAN': {'dwa': rising(53)},
    }
    out = tmp_path / 'curves.png'
    draw_weighting_curves(curves, 'seg/mIoU', out, rising(40), 'One Task')

    dense, mtan = figures[0].axes
    assert [axis.get_title(loc='left') for axis in (dense, mtan)] == ['Dense', 'MTAN']
    assert [line.get_label() for line in dense.get_lines()] == ['One Task', 'equal', 'dwa']
    assert [line.get_ydata()[-1] for line in dense.get_lines()] == [40, 50, 52]
    assert [line.get_ydata()[-1] for line in mtan.get_lines()] == [40, 53]
    # a weighting has the same colour in every plot
    assert dense.get_lines()[2].get_color() == mtan.get_lines()[1].get_color() == SERIES_COLORS[1]
    texts = [text.get_text() for text in figures[0].legends[0].get_texts()]
    assert texts == ['equal', 'dwa', 'One Task']
    assert figures[0].get_supylabel() == 'seg/mIoU ↑'
    assert out.read_bytes().startswith(b'\x89PNG')


def test_plots_share_an_axis_that_shows_the_end(figures, tmp_path):
    curves = {name: {'equal': rising(last)} for name, last in (('A', 70.0), ('B', 140.0))}
    draw_weighting_curves(curves, 'seg/mIoU', tmp_path / 'curves.png')

    first, second = figures[0].axes
    assert first.get_ylim() == second.get_ylim()
    low, high = first.get_ylim()
    assert 10 < low < 20  # A has 20 after the first quarter of its epochs
    assert 140 < high < 150


def test_spread_over_seeds_is_a_band(figures, tmp_path):
    curves = {'A': {'equal': rising(70.0, [2.0] * 8), 'dwa': rising(70.0)}}
    draw_weighting_curves(curves, 'seg/mIoU', tmp_path / 'curves.png')

    (axis,) = figures[0].axes
    (band,) = axis.collections
    corners = band.get_paths()[0].vertices
    assert np.ptp(corners[corners[:, 0] == 8, 1]) == pytest.approx(4)


def test_many_architectures_fill_several_lines(figures, tmp_path):
    curves = {f'net {index}': {'equal': rising(50)} for index in range(5)}
    draw_weighting_curves(curves, 'seg/mIoU', tmp_path / 'curves.png')

    grid = figures[0].axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == (2, 3)
    assert [axis.get_visible() for axis in figures[0].axes] == [True] * 5 + [False]
    assert [bool(axis.get_xlabel()) for axis in figures[0].axes[:5]] == [False] * 2 + [True] * 3


@pytest.mark.parametrize(
    ('curves', 'out', 'message'),
    [
        ({}, 'curves.png', 'curves: expected at least one architecture'),
        ({'A': {}}, 'curves.png', 'curves: expected at least one architecture'),
        ({'A': {'equal': rising(1)}}, 'curves.txt', 'out_file: expected a suffix'),
    ],
)
def test_wrong_arguments(curves, out, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        draw_weighting_curves(curves, 'seg/mIoU', tmp_path / out)
