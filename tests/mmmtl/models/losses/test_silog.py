import math

import numpy as np
import pytest
import torch

from mmmtl.models.losses import SILogLoss, silog
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels

ALL = torch.ones(1, 1, 1, 2, dtype=torch.bool)


def test_hand_computed_pixels():
    # Differences of the logarithms: 1 and 3.
    prediction, label = pixels([math.e, 2 * math.e**3]), pixels([1.0, 2.0])
    for focus, expected in [(0, 5.0), (0.85, 5 - 0.85 * 4), (1, 1.0)]:
        loss = SILogLoss(focus)(prediction, label, ALL)
        assert loss.item() == pytest.approx(math.sqrt(expected))


@pytest.mark.parametrize('focus', [0.0, 0.5, 0.85, 1.0])
def test_it_agrees_with_numpy(focus):
    prediction, label, valid = loss_batch(1, 'positive')
    d = (prediction.log() - label.log()).numpy()[valid.numpy()]
    expected = math.sqrt(np.mean(d**2) - focus * np.mean(d) ** 2)
    assert silog(prediction, label, valid, focus).item() == pytest.approx(expected)


def test_a_common_factor_does_not_matter_with_the_whole_variance():
    prediction, label, valid = loss_batch(1, 'positive')
    one, three = (SILogLoss(1.0)(k * prediction, label, valid).item() for k in (1, 3))
    assert one == pytest.approx(three)
    assert SILogLoss(1.0)(3 * label, label, valid).item() == pytest.approx(0, abs=2e-6)


@pytest.mark.parametrize('focus', [0.0, 0.85, 1.0])
def test_gradients(focus):
    assert_gradients(SILogLoss(focus), *loss_batch(1, 'positive'))


@pytest.mark.parametrize('focus', [-0.1, 1.1])
def test_a_wrong_focus_is_named(focus):
    with pytest.raises(ValueError, match='variance_focus') as raised:
        SILogLoss(focus)
    assert str(raised.value) == f'variance_focus: expected a number from 0 to 1, found {focus}.'
