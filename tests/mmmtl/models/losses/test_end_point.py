import numpy as np
import pytest
import torch

from mmmtl.models.losses import EndPointLoss
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels


def test_hand_computed_pixels():
    # Distances 5, 0 and 13; the last pixel has no label.
    prediction, label = (
        pixels([3.0, 1, 7, 9], [4.0, 2, 0, 9]),
        pixels([0.0, 1, 2, 0], [0.0, 2, 12, 0]),
    )
    valid = torch.tensor([True, True, True, False]).view(1, 1, 1, 4)
    assert EndPointLoss()(prediction, label, valid).item() == pytest.approx(6)


@pytest.mark.parametrize('channels', [2, 4])
def test_it_agrees_with_numpy(channels):
    prediction, label, valid = loss_batch(channels)
    distance = np.linalg.norm((prediction - label).numpy(), axis=1)
    expected = distance[valid[:, 0].numpy()].mean()
    assert EndPointLoss()(prediction, label, valid).item() == pytest.approx(expected)


def test_gradients():
    assert_gradients(EndPointLoss(), *loss_batch(2))


@pytest.mark.parametrize('length', [0.0, 1e-12, 1e-3, 1e3])
def test_the_gradient_has_length_1_down_to_zero(length):
    prediction = (pixels([0.6], [-0.8]).float() * length).requires_grad_()
    label = torch.zeros_like(prediction)
    loss = EndPointLoss()(prediction, label, torch.ones(1, 1, 1, 1, dtype=torch.bool))
    assert loss.item() == pytest.approx(length)
    loss.backward()
    expected = [0.6, -0.8] if length else [0, 0]
    assert prediction.grad.flatten().tolist() == pytest.approx(expected, rel=1e-4)
