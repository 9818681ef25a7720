import math

import numpy as np
import pytest
import torch

from mmmtl.tasks import ImageClassTask
from mmmtl.visualization.sheets.colors import INVALID_COLOR
from mmmtl.visualization.sheets.painters import image_class_painter as module
from mmmtl.visualization.sheets.painters import make_error_painter, make_painter
from tests.utils.painter_keys import key_colors

WEATHER = ImageClassTask(name='weather', classes=('sun', 'a name that is far too long to fit'))
SUN = torch.tensor([1.0, 0.0]).view(2, 1, 1)
PREDICTION = torch.tensor([0.126, 0.874]).view(2, 1, 1)
SIZE = (60, 120)


def spread(values):
    return values.expand(-1, *SIZE)


@pytest.fixture
def texts(monkeypatch):
    """What is written."""
    found = []
    write = module._write
    monkeypatch.setattr(
        module, '_write', lambda text, size: found.append(text) or write(text, size)
    )
    return found


def test_names_and_the_score_of_a_prediction_are_written(texts):
    painter = make_painter(WEATHER, [SUN], [PREDICTION])
    painter.paint_label(spread(SUN))
    painter.paint_label(spread(SUN * math.nan))
    painter.paint_prediction(spread(PREDICTION))
    assert texts == ['sun', 'no label', 'a name that is far too long to fit 87%']
    assert painter.key.entries == ()


@pytest.mark.parametrize('values', [SUN, PREDICTION])
def test_a_text_is_within_the_image_and_the_rest_is_transparent(values):
    painter = make_painter(WEATHER, [], [values])
    picture = painter.paint_prediction(spread(values))
    assert (picture.shape, picture.dtype) == ((*SIZE, 4), np.uint8)
    rows, columns = np.nonzero(picture[..., 3])
    assert rows.min() > SIZE[0] / 2
    assert rows.max() == SIZE[0] - 1
    assert columns.min() == 0
    bright = np.nonzero((picture[..., :3] > 200).all(axis=-1))[1]
    assert len(bright) > 20
    assert 0 < bright.min() < bright.max() < SIZE[1] - 1
    assert not picture[: SIZE[0] // 2, :, 3].any()


def test_a_tiny_image_gets_a_text_that_is_cut():
    assert make_painter(WEATHER, [], []).paint_label(SUN.expand(-1, 4, 4)).shape == (4, 4, 4)


def test_errors_are_right_wrong_or_unknown():
    labels = [SUN, SUN, SUN * math.nan]
    predictions = [SUN * 0.4, PREDICTION, SUN]
    pairs = list(zip(labels, predictions, strict=True))
    painter = make_error_painter(WEATHER, pairs)
    painted = [painter.paint(spread(label), spread(found)) for label, found in pairs]
    assert all(picture.shape == (*SIZE, 3) for picture in painted)
    colors = [set(map(tuple, picture.reshape(-1, 3).tolist())) for picture in painted]
    keys = key_colors(painter)
    assert colors == [{keys['right']}, {keys['wrong']}, {INVALID_COLOR}]
    assert keys['no label'] == INVALID_COLOR
