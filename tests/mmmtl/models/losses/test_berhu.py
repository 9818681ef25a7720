import numpy as np
import pytest
import torch

from mmmtl.models.losses import BerHuLoss
from tests.utils.loss_batches import loss_batch, pixels


def test_hand_computed_pixels():
    # Errors 10, 1, 2 and 4; the largest gives c = 0.2 * 10 = 2. The last pixel has no label.
    prediction, label = pixels([10.0, 4, -2, 4, 90]), pixels([0.0, 3, 0, 0, 0])
    valid = torch.tensor([True] * 4 + [False]).view(1, 1, 1, 5)
    loss = BerHuLoss()(prediction, label, valid)
    assert loss.item() == pytest.approx(((100 + 4) / 4 + 1 + 2 + (16 + 4) / 4) / 4)


@pytest.mark.parametrize('share', [0.2, 0.5, 1.0])
def test_it_agrees_with_numpy(share):
    prediction, label, valid = loss_batch(2)
    error = np.abs(prediction - label).numpy()[np.broadcast_to(valid, prediction.shape)]
    c = share * error.max()
    expected = np.where(error <= c, error, (error**2 + c**2) / (2 * c)).mean()
    assert BerHuLoss(share)(prediction, label, valid).item() == pytest.approx(expected)


def test_the_limit_is_held_fixed_in_the_gradient():
    prediction, label = pixels([10.0, 1.0, -4.0]).requires_grad_(), pixels([0.0, 0, 0])
    BerHuLoss()(prediction, label, torch.ones(1, 1, 1, 3, dtype=torch.bool)).backward()
    # c = 2: error / c beyond, 1 below.
    assert prediction.grad.flatten().tolist() == pytest.approx([5 / 3, 1 / 3, -2 / 3])


@pytest.mark.parametrize('share', [0, -0.1, 1.5])
def test_a_wrong_share_is_named(share):
    with pytest.raises(ValueError, match='share') as raised:
        BerHuLoss(share)
    assert str(raised.value) == f'share: expected a number above 0, up to 1, found {share}.'
