import numpy as np
import pytest
import torch

from mmmtl.apis.prediction_pictures import (
    PLAIN,
    PictureStyle,
    draw_prediction,
    paint_prediction,
    panel_row,
)
from mmmtl.tasks import build_tasks

TASKS = build_tasks(dict(height=dict(type='ScalarTask', unit='m'), edge=dict(type='BinaryTask')))
IMAGE = np.zeros((4, 6, 3), np.uint8)
IMAGE[..., 0] = 200  # blue


def prediction(low=0.0, high=1.0):
    height = np.linspace(low, high, 24, dtype=np.float32).reshape(4, 6)
    return dict(height=height, edge=np.ones((4, 6), np.float32))


def test_colours_over_the_image():
    painted = paint_prediction(IMAGE, prediction(), TASKS, opacity=0.25)
    assert painted['edge'].picture[0, 0].tolist() == [64, 64, 214]  # a quarter of white
    assert paint_prediction(IMAGE, prediction(), TASKS)['edge'].picture.min() == 255


def test_pictures_of_one_call_have_one_range():
    painters = PictureStyle(ranges={'height': (0, 2)}).painters(TASKS)
    first = paint_prediction(IMAGE, prediction(0, 1), TASKS, painters)['height']
    other = paint_prediction(IMAGE, prediction(1, 2), TASKS, painters)['height']
    assert first.key == other.key
    assert first.picture[-1, -1].tolist() == other.picture[0, 0].tolist()
    own = [paint_prediction(IMAGE, prediction(*ends), TASKS)['height'] for ends in ((0, 1), (1, 2))]
    np.testing.assert_array_equal(own[0].picture, own[1].picture)


def test_a_sheet_shows_the_range_that_is_given():
    styles = (PLAIN, PictureStyle(ranges={'height': (0, 100)}))
    plain, given = (
        draw_prediction(IMAGE, prediction(), TASKS, None, style.painters(TASKS)) for style in styles
    )
    assert plain.shape == given.shape
    assert (plain != given).any()


def test_a_line_of_a_sheet():
    row = panel_row(IMAGE, dict(flow=np.zeros((4, 6, 2), np.float32), **prediction()))
    assert row.image[0, 0].tolist() == [0, 0, 200]
    assert row.predictions['flow'].shape == (2, 4, 6)
    assert torch.equal(row.predictions['edge'], torch.ones(1, 4, 6))


@pytest.mark.parametrize('opacity', [-0.1, 1.5, float('nan')])
def test_opacities_that_cannot_be(opacity):
    with pytest.raises(ValueError, match=f'opacity: expected .* from 0 to 1, found {opacity}'):
        PictureStyle(opacity)
    assert (PLAIN.hidden, PictureStyle(0.0).hidden, PictureStyle(1).hidden) == (1, 0, 1)
