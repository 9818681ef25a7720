import pytest
import torch

from mmmtl.tasks import VectorTask
from mmmtl.visualization.sheets.colors import INVALID_COLOR, color_scalars
from mmmtl.visualization.sheets.painters import make_error_painter, make_painter
from tests.utils.painter_keys import key_colors

NAN = float('nan')
GREY = list(INVALID_COLOR)


def vectors(*pixels):
    """A map (C, 1, W) of the pixels."""
    return torch.tensor(pixels, dtype=torch.float32).T[:, None]


def test_three_channels_are_red_green_and_blue():
    albedo = VectorTask(name='albedo', channels=3)
    label = vectors([1, 0, 0], [0.2, 0.4, 0.6], [NAN, NAN, NAN])
    painter = make_painter(albedo, [label], [])
    assert painter.paint_label(label)[0].tolist() == [[255, 0, 0], [51, 102, 153], GREY]
    assert key_colors(painter) == {
        'all 0': (0, 0, 0),
        'all 1': (255, 255, 255),
        'channel 1': (255, 0, 0),
        'channel 2': (0, 255, 0),
        'channel 3': (0, 0, 255),
        'no label': INVALID_COLOR,
    }
    beyond = painter.paint_prediction(vectors([2, -1, 0.5]))
    assert beyond[0].tolist() == [[255, 0, 128]]


def test_other_numbers_have_one_range_for_all_channels_and_the_key_states_it():
    feature = VectorTask(name='feature', channels=5, unit='mm')
    label = vectors(*([-5.0, -5, -5, 100, 100], [5.0, 5, 5, 100, 100]) * 50)
    painter = make_painter(feature, [label], [])
    assert list(key_colors(painter)) == [
        'all -5 mm',
        'all 5 mm',
        'channel 1 of 5',
        'channel 2 of 5',
        'channel 3 of 5',
    ]
    assert painter.paint_label(label)[0, :2].tolist() == [[0, 0, 0], [255, 255, 255]]


def test_two_channels_are_red_and_green():
    painter = make_painter(VectorTask(name='pair', channels=2), [], [vectors([0, 1], [1, 0])])
    assert key_colors(painter) == {
        'all 0': (0, 0, 0),
        'all 1': (255, 255, 0),
        'channel 1': (255, 0, 0),
        'channel 2': (0, 255, 0),
    }


def test_a_label_without_a_pixel_leaves_the_range_to_the_prediction():
    albedo = VectorTask(name='albedo', channels=3, invalid=-1)
    label, prediction = vectors([-1, -1, -1]), vectors(*([0, 0, 0], [4, 4, 4]) * 50)
    painter = make_painter(albedo, [label], [prediction])
    assert painter.paint_label(label)[0].tolist() == [GREY]
    assert painter.paint_prediction(prediction)[0, :2].tolist() == [[0, 0, 0], [255, 255, 255]]
    assert 'all 4' in key_colors(painter)


def test_a_flow_has_a_hue_for_its_direction_and_is_white_where_it_is_zero():
    flow = VectorTask(name='flow', channels=2, along_image=True, unit='px')
    label = vectors([4, 0], [0, 4], [-4, 0], [0, -4], [0, 0], [NAN, NAN])
    painter = make_painter(flow, [label], [])
    key = key_colors(painter)
    assert list(key) == ['4 px right', '4 px down', '4 px left', '4 px up', '0 px', 'no label']
    assert [tuple(color) for color in painter.paint_label(label)[0].tolist()] == list(key.values())
    assert key['4 px right'] == (255, 0, 0)
    assert key['0 px'] == (255, 255, 255)
    half, longer = painter.paint_prediction(vectors([2, 0], [9, 0]))[0].tolist()
    assert (half, longer) == ([255, 128, 128], [255, 0, 0])


def test_the_length_of_a_full_colour_is_percentile_98():
    flow = VectorTask(name='flow', channels=2, along_image=True)
    lengths = torch.arange(101.0)
    painter = make_painter(flow, [torch.stack([0.6 * lengths, 0.8 * lengths])[:, None]], [])
    assert '98 right' in key_colors(painter)


def test_an_error_is_a_distance():
    flow = VectorTask(name='flow', channels=2, along_image=True, unit='px')
    label = vectors([1, 1], [0, 0], [NAN, NAN])
    prediction = vectors([4, 5], [0, 0], [9, 9])
    painter = make_error_painter(flow, [(label, prediction)])
    assert painter.key.label == 'distance, flow [px]'
    assert painter.key.value_range == pytest.approx((0, 4.9))  # percentile 98 of 0 and 5
    painted = painter.paint(label, prediction)
    errors = torch.tensor([[5.0, 0.0]]).numpy()
    assert (painted[:, :2] == color_scalars(errors, (0, 4.9), colormap='inferno')).all()
    assert painted[0, 2].tolist() == GREY
    assert [name for name, _ in painter.key.extra.entries] == ['no label']
