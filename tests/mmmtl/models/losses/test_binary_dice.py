import math

import numpy as np
import pytest
import torch

from mmmtl.models.losses import BinaryDiceLoss, binary_dice
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels


def test_hand_computed_pixels():
    # Probabilities 3/4, 1/2 and 1/4; the last pixel has no label.
    logits, label = pixels([math.log(3), 0, -math.log(3), 5]), pixels([1.0, 1, 0, 1])
    valid = torch.tensor([True, True, True, False]).view(1, 1, 1, 4)
    common, squares = 2 * (0.75 + 0.5) + 1, (9 + 4 + 1) / 16 + 2 + 1
    loss = BinaryDiceLoss()(logits, label, valid)
    assert loss.item() == pytest.approx(1 - common / squares)


@pytest.mark.parametrize('smooth', [1e-3, 1.0, 10.0])
def test_it_agrees_with_numpy(smooth):
    prediction, label, valid = loss_batch(1, 'mask')
    p = 1 / (1 + np.exp(-prediction.numpy()[valid.numpy()]))
    y = label.numpy()[valid.numpy()]
    expected = 1 - (2 * (p * y).sum() + smooth) / ((p**2).sum() + (y**2).sum() + smooth)
    assert binary_dice(prediction, label, valid, smooth).item() == pytest.approx(expected)


def test_its_ends():
    label, valid = torch.ones(1, 1, 10, 10), torch.ones(1, 1, 10, 10, dtype=torch.bool)
    far = torch.full_like(label, 50.0)
    assert BinaryDiceLoss()(far, label, valid).item() == pytest.approx(0)
    assert BinaryDiceLoss()(-far, label, valid).item() == pytest.approx(1 - 1 / 101)


def test_gradients():
    assert_gradients(BinaryDiceLoss(), *loss_batch(1, 'mask'))


@pytest.mark.parametrize('smooth', [0, -1])
def test_a_wrong_smoothing_is_named(smooth):
    with pytest.raises(ValueError, match='smooth') as raised:
        BinaryDiceLoss(smooth=smooth)
    assert str(raised.value) == f'smooth: expected a positive number, found {smooth}.'
