import math

import pytest
from matplotlib.figure import Figure

from mmmtl.visualization.plots.axes import (
    Curve,
    add_common_legend,
    add_legend,
    draw_line,
    limits_after_start,
    make_grid,
    series_color,
    style_epochs,
)
from mmmtl.visualization.plots.figures import SERIES_COLORS


def test_colours_come_again():
    assert [series_color(index) for index in range(7)] == list(SERIES_COLORS)
    assert series_color(7) == SERIES_COLORS[0]


def test_limits_leave_the_first_quarter_out():
    curve = Curve(list(range(1, 9)), [100, 50, 4, 3, 2, 1, 1, 2])  # epochs 1 and 2 are the start
    other = Curve([8], [math.nan])

    assert limits_after_start([curve, other]) == pytest.approx((1 - 0.06 * 3, 4 + 0.06 * 3))


def test_limits_of_a_constant_and_of_nothing():
    assert limits_after_start([Curve([1, 2], [5.0, 5.0])]) == pytest.approx((4.7, 5.3))
    assert limits_after_start([Curve([1, 2], [0.0, 0.0])]) == pytest.approx((-0.06, 0.06))
    assert limits_after_start([Curve([], [])]) == (0, 1)


def test_one_epoch_is_a_dot_above_its_number():
    figure, (axis,) = make_grid(1, 1, (3, 2))
    style_epochs(axis)
    draw_line(axis, Curve([1], [0.5]), 'red', 'training', 1.0)
    draw_line(axis, Curve([1, 2], [0.7, math.nan]), 'red', 'validation', 1.0, (0, (4, 2)))
    draw_line(axis, Curve([1, 2], [0.7, 0.8]), 'red', 'long', 1.0)
    looks = [(line.get_marker(), line.get_markerfacecolor()) for line in axis.lines]
    assert looks == [('o', 'red'), ('o', 'white'), ('None', 'red')]
    assert all(tick == int(tick) for tick in axis.get_xticks())


@pytest.mark.parametrize(
    ('labels', 'width', 'columns'),
    [
        (['aa', 'bb', 'cc'], 6.4, 3),
        (['a name of some length'] * 4, 6.4, 2),  # 2 + 2, not 3 + 1
        (['a name that is longer than the figure is wide'] * 2, 3.0, 1),
    ],
)
def test_legends_fill_their_lines(labels, width, columns):
    figure = Figure(figsize=(width, 3))
    (line,) = figure.subplots().plot([0, 1])
    add_legend(figure, [line] * len(labels), labels)

    assert figure.legends[0]._ncols == columns
    lines = -(-len(labels) // columns)
    assert figure.get_figheight() == pytest.approx(3 + 0.2 * (lines - 1))


def test_a_common_legend_has_each_name_once_and_in_order():
    figure, axes = make_grid(1, 2, (3, 2))
    axes[0].plot([0], label='b')
    axes[1].plot([0], label='b')
    axes[1].plot([0], label='a')
    add_common_legend(figure, axes, ['a', 'missing', 'b'])

    assert [text.get_text() for text in figure.legends[0].get_texts()] == ['a', 'b']
