"""What painters promise to sheets and pages: colours, and a key that explains them."""

import matplotlib
import numpy as np
import pytest
import torch

from mmmtl.tasks import DEPTH, NORMAL, SEG
from mmmtl.visualization.sheets.colors import HATCH_COLORS, INVALID_COLOR, distinct_palette
from mmmtl.visualization.sheets.painters import ColorBar, Legend, make_painter

CLASSES = dict(classes=('road', 'car', 'tree'), palette=[(9, 8, 7), (0, 200, 0), (0, 0, 200)])


def key_of(painter):
    """Names and colours of a legend, the colour of a hatched one as the set of its colours."""
    key = painter.key
    entries = (key if isinstance(key, Legend) else key.extra).entries
    colors = {}
    for name, swatch in entries:
        found = {tuple(color) for color in swatch.reshape(-1, 3).tolist()}
        colors[name] = found.pop() if len(found) == 1 else found
    return colors


def test_classes_have_the_palette_s_colours_and_no_label_is_hatched():
    label, prediction = torch.tensor([[[0, 1, 255]]]), torch.tensor([[[2, 1, 0]]])
    painter = make_painter(SEG, [label], [prediction], CLASSES)
    assert painter.paint_prediction(prediction).tolist() == [[[0, 0, 200], [0, 200, 0], [9, 8, 7]]]
    painted = painter.paint_label(label)
    assert painted.dtype == np.uint8
    assert painted[0, :2].tolist() == [[9, 8, 7], [0, 200, 0]]
    assert tuple(painted[0, 2]) in HATCH_COLORS
    assert key_of(painter) == dict(
        road=(9, 8, 7), car=(0, 200, 0), tree=(0, 0, 200), **{'no label': set(HATCH_COLORS)}
    )


def test_a_key_of_many_classes_has_those_of_the_picture():
    metainfo = dict(classes=[f'c{i}' for i in range(20)], palette=[(i, i, i) for i in range(20)])
    label, prediction = torch.tensor([[[19, 3]]]), torch.tensor([[[3, 7]]])
    painter = make_painter(SEG, [label], [prediction], metainfo)
    assert key_of(painter) == dict(c3=(3, 3, 3), c7=(7, 7, 7), c19=(19, 19, 19))


def test_classes_without_names_have_numbers_and_colours_of_their_own():
    painter = make_painter(SEG, [], [torch.tensor([[[0, 2]]])], {})
    assert key_of(painter) == dict(zip('012', distinct_palette(3), strict=True))


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
    metainfo = {} if unit is None else dict(depth_unit=unit)
    painter = make_painter(DEPTH, [], [values], metainfo)
    assert isinstance(painter.key, ColorBar)
    assert (painter.key.label, painter.key.colormap) == (text, colormap)
    assert painter.key.value_range == pytest.approx((1.04, 2.96))  # percentiles 2 and 98
    assert painter.paint_prediction(values)[0].tolist() == ends(colormap)
    assert key_of(painter) == {}


def test_the_range_is_that_of_valid_labels():
    label = torch.tensor([[[0.0, 2.0, 4.0]]])
    prediction = torch.tensor([[[100.0, 2.0, float('nan')]]])
    painter = make_painter(DEPTH, [label], [prediction], {})
    assert painter.key.value_range == pytest.approx((2.04, 3.96))
    low, high = ends('magma')
    grey = list(INVALID_COLOR)
    assert painter.paint_label(label)[0].tolist() == [grey, low, high]
    assert painter.paint_prediction(prediction)[0].tolist() == [high, low, grey]
    assert key_of(painter) == {'no label': INVALID_COLOR}


@pytest.mark.parametrize(
    ('values', 'expected'),
    [([4.0, 4.0], (2, 6)), ([0.0, 0.0], (-1, 1)), ([-2.0], (-3, -1)), ([float('inf')], (0, 1))],
)
def test_constants_and_nothing_have_a_range(values, expected):
    painter = make_painter(DEPTH, [], [torch.tensor([[values]])], {})
    assert painter.key.value_range == expected


def test_directions_have_the_colours_of_their_key():
    sides = torch.tensor([[0, 0, -1], [0, -1, 0], [0, 1, 0], [-1, 0, 0], [1, 0, 0], [0, 0, 0]])
    label = sides.float().T[:, None]
    painter = make_painter(NORMAL, [label], [], {})
    painted = painter.paint_label(label)[0].tolist()
    key = key_of(painter)
    assert list(key) == ['to camera', 'up', 'down', 'left', 'right', 'no label']
    assert [tuple(color) for color in painted] == list(key.values())
    assert key['up'] == (128, 255, 128)
    longer = painter.paint_prediction(3 * label[..., :5])[0].tolist()
    assert longer == painted[:5]
    assert 'no label' not in key_of(make_painter(NORMAL, [label[..., :5]], [], {}))
