import matplotlib
import pytest
import torch

from mmmtl.tasks import DEPTH, ScalarTask
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_scalars
from mmmtl.visualization.sheets.painters import ColorBar, make_error_painter, make_painter
from tests.utils.painter_keys import key_colors


def ends(colormap):
    return matplotlib.colormaps[colormap]([0.0, 1.0], bytes=True)[:, :3].tolist()


@pytest.mark.parametrize(
    ('unit', 'text', 'colormap'),
    [
        (None, 'depth', 'magma'),
        ('depth', 'depth [m]', 'magma_r'),
        ('disparity', 'disparity [px]', 'magma'),
        ('mtan', 'inverse depth [p / 65535]', 'magma'),
    ],
)
def test_what_is_near_is_bright_in_every_unit(unit, text, colormap):
    values = torch.tensor([[[1.0, 3.0]]])
    painter = make_painter(DEPTH.completed({'depth_unit': unit}), [], [values])
    assert isinstance(painter.key, ColorBar)
    assert (painter.key.label, painter.key.colormap) == (text, colormap)
    assert painter.key.value_range == pytest.approx((1.04, 2.96))  # percentiles 2 and 98
    assert painter.paint_prediction(values)[0].tolist() == ends(colormap)
    assert key_colors(painter) == {}


def test_a_number_of_ones_own_has_its_name_and_unit_and_is_bright_where_it_is_large():
    label = torch.tensor([[[-1.0, 3.0, float('nan')]]])
    painter = make_painter(ScalarTask(name='height', unit='m'), [label], [])
    assert painter.key.label == 'height [m]'
    assert painter.key.value_range == pytest.approx((-0.92, 2.92))
    assert painter.paint_label(label)[0].tolist() == [*ends('magma'), list(INVALID_COLOR)]
    assert make_painter(ScalarTask(name='height'), [label], []).key.label == 'height'


def test_the_range_is_that_of_valid_labels():
    label = torch.tensor([[[0.0, 2.0, 4.0]]])
    prediction = torch.tensor([[[100.0, 2.0, float('nan')]]])
    painter = make_painter(DEPTH, [label], [prediction])
    assert painter.key.value_range == pytest.approx((2.04, 3.96))
    low, high = ends('magma')
    grey = list(INVALID_COLOR)
    assert painter.paint_label(label)[0].tolist() == [grey, low, high]
    assert painter.paint_prediction(prediction)[0].tolist() == [high, low, grey]
    assert key_colors(painter) == {'no label': INVALID_COLOR}


@pytest.mark.parametrize(
    ('values', 'expected'),
    [([4.0, 4.0], (2, 6)), ([0.0, 0.0], (-1, 1)), ([-2.0], (-3, -1)), ([float('inf')], (0, 1))],
)
def test_constants_and_nothing_have_a_range(values, expected):
    painter = make_painter(DEPTH, [], [torch.tensor([[values]])])
    assert painter.key.value_range == expected


def test_scalars_share_one_range_which_ends_at_percentile_98():
    label = torch.ones(1, 1, 101)
    prediction = label + torch.arange(101.0)  # errors 0 to 100
    label[..., -1] = 0  # not labelled: its error of 101 does not count
    painter = make_error_painter(DEPTH.completed({'depth_unit': 'depth'}), [(label, prediction)])
    assert isinstance(painter.key, ColorBar)
    assert painter.key.label == 'absolute error, depth [m]'
    assert painter.key.value_range == pytest.approx((0, 0.98 * 99))
    assert [name for name, _ in painter.key.extra.entries] == ['no label']
    painted = painter.paint(label, prediction)
    expected = color_scalars(torch.arange(100.0)[None].numpy(), (0, 0.98 * 99), colormap='inferno')
    assert (painted[:, :100] == expected).all()
    assert painted[0, 100].tolist() == list(INVALID_COLOR)


def test_no_error_at_all_can_be_painted():
    label = torch.ones(1, 2, 3)
    painter = make_error_painter(DEPTH, [(label, label)])
    assert painter.key.value_range == (0, 1)
    assert painter.key.extra.entries == ()
    assert painter.paint(label, label).shape == (2, 3, 3)
