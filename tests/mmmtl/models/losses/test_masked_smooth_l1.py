import numpy as np
import pytest
import torch

from mmmtl.models.losses import MaskedSmoothL1Loss
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels


def test_hand_computed_pixels():
    # Errors 1, 2 and 5 with beta = 2: 1 / 4, 2 - 1 and 5 - 1; the last pixel has no label.
    prediction, label = pixels([1.0, -2, 5, 9]), pixels([0.0, 0, 0, 0])
    valid = torch.tensor([True, True, True, False]).view(1, 1, 1, 4)
    loss = MaskedSmoothL1Loss(beta=2.0)(prediction, label, valid)
    assert loss.item() == pytest.approx((0.25 + 1 + 4) / 3)


@pytest.mark.parametrize('beta', [0.1, 1.0, 3.0])
def test_it_agrees_with_numpy(beta):
    prediction, label, valid = loss_batch(2)
    error = np.abs(prediction - label).numpy()[np.broadcast_to(valid, prediction.shape)]
    expected = np.where(error < beta, error**2 / (2 * beta), error - beta / 2).mean()
    found = MaskedSmoothL1Loss(beta)(prediction, label, valid)
    assert found.item() == pytest.approx(expected)


def test_gradients():
    assert_gradients(MaskedSmoothL1Loss(), *loss_batch(2))


@pytest.mark.parametrize('beta', [0, -1])
def test_a_wrong_beta_is_named(beta):
    with pytest.raises(ValueError, match=f'^beta: expected a positive number, found {beta}.$'):
        MaskedSmoothL1Loss(beta=beta)
