import pytest
import torch

from mmmtl.models.losses import MaskedL1Loss, masked_l1


def test_only_valid_pixels_count():
    prediction = torch.tensor([[[[1.0, 5.0], [2.0, -1.0]]]], requires_grad=True)
    label = torch.tensor([[[[2.0, 0.0], [4.5, 0.0]]]])
    loss = masked_l1(prediction, label, label > 0)
    assert loss.item() == pytest.approx((1 + 2.5) / 2)
    loss.backward()
    assert prediction.grad.flatten().tolist() == [-0.5, 0, -0.5, 0]


def test_no_valid_pixel_gives_a_connected_zero():
    prediction = torch.randn(1, 1, 2, 2, requires_grad=True)
    label = torch.zeros(1, 1, 2, 2)
    loss = masked_l1(prediction, label, label > 0)
    assert loss.item() == 0
    loss.backward()
    assert torch.equal(prediction.grad, torch.zeros_like(prediction))


def test_gradients_and_weight():
    prediction = torch.randn(2, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    label = torch.rand(2, 1, 3, 3, dtype=torch.float64)
    valid = torch.rand(2, 1, 3, 3) > 0.5
    double = MaskedL1Loss(loss_weight=2.0)(prediction, label, valid)
    (gradient,) = torch.autograd.grad(double, prediction)
    expected = 2 * (prediction - label).sign() * valid / valid.sum()
    torch.testing.assert_close(gradient, expected, atol=1e-6, rtol=1e-6)


def test_half_precision_is_summed_in_full():
    prediction = torch.full((1, 1, 64, 64), 1.0, dtype=torch.bfloat16)
    label = torch.full((1, 1, 64, 64), 0.25)
    loss = masked_l1(prediction, label, label > 0)
    assert loss.dtype == torch.float32
    assert loss.item() == 0.75
