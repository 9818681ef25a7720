import pytest
import torch

from mmmtl.models.losses import MaskedL2Loss
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels


def test_hand_computed_pixels():
    # Squares 1 and 4, 9 and 0, over two channels; the last pixel has no label.
    prediction, label = pixels([1.0, 5, 9], [2.0, 1, 9]), pixels([0.0, 2, 0], [0.0, 1, 0])
    valid = torch.tensor([True, True, False]).view(1, 1, 1, 3)
    assert MaskedL2Loss()(prediction, label, valid).item() == pytest.approx((1 + 4 + 9 + 0) / 4)


def test_it_is_the_mean_square_of_valid_pixels():
    prediction, label, valid = loss_batch(3)
    chosen = (prediction - label).numpy()[valid.expand_as(label).numpy()]
    found = MaskedL2Loss()(prediction, label, valid)
    assert found.item() == pytest.approx((chosen**2).mean())


def test_gradients():
    assert_gradients(MaskedL2Loss(), *loss_batch(2))
    assert_gradients(MaskedL2Loss(log_space=True), *loss_batch(1, 'positive'))
