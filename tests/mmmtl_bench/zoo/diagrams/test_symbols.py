"""Small symbols."""

import pytest
from matplotlib.figure import Figure

from mmmtl_bench.zoo.diagrams.symbols import draw_arrow, draw_cross, draw_shared_layer, lighten


def test_symbols_are_patches_and_lines():
    axes = Figure().add_subplot()
    draw_arrow(axes, (0, 0), (1, 0), 'red')
    draw_cross(axes, 1, 1, 'red')
    draw_shared_layer(axes, 2, 2)
    assert len(axes.patches) == 3
    assert len(axes.lines) == 2


def test_areas_are_lighter_than_edges():
    assert lighten('#000000') == pytest.approx((0.72, 0.72, 0.72))
    assert lighten('#ffffff') == pytest.approx((1, 1, 1))
