import math

import pytest
import torch

from mmmtl.models.losses import MaskedCosineLoss, masked_cosine
from mmmtl.tasks import NORMAL


def directions(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(*shape, generator=generator), dim=1)


def test_hand_computed_pixels():
    # Angles of 0, 60, 90 and 180 degrees; the last pixel has no label.
    prediction = torch.tensor(
        [[1.0, 0, 0], [0.5, math.sqrt(0.75), 0], [0, 0, -1], [-1, 0, 0], [0, 1, 0]]
    )
    label = torch.tensor([[1.0, 0, 0]] * 4 + [[0.0, 0, 0]])
    prediction, label = (maps.T.reshape(1, 3, 1, 5) for maps in (prediction, label))
    loss = masked_cosine(prediction, label, NORMAL.valid_mask(label))
    assert loss.item() == pytest.approx((0 + 0.5 + 1 + 2) / 4)


def test_a_label_whose_components_add_up_to_0_counts():
    label = torch.tensor([1.0, -1.0, 0.0]).view(1, 3, 1, 1)
    prediction = torch.tensor([0.0, 0.0, -1.0]).view(1, 3, 1, 1)
    assert masked_cosine(prediction, label, NORMAL.valid_mask(label)).item() == 1


def test_the_length_of_a_label_does_not_matter():
    prediction, label = directions(2, 3, 4, 5), directions(2, 3, 4, 5, seed=1)
    valid = NORMAL.valid_mask(label)
    expected = masked_cosine(prediction, label, valid)
    torch.testing.assert_close(masked_cosine(prediction, 7 * label, valid), expected)


def test_no_valid_pixel_gives_a_connected_zero():
    prediction = torch.randn(1, 3, 2, 2, requires_grad=True)
    label = torch.zeros(1, 3, 2, 2)
    loss = masked_cosine(prediction, label, NORMAL.valid_mask(label))
    assert loss.item() == 0
    loss.backward()
    assert torch.equal(prediction.grad, torch.zeros_like(prediction))


def test_gradients_and_weight():
    prediction = directions(2, 3, 4, 4).requires_grad_()
    label = directions(2, 3, 4, 4, seed=1)
    label[:, :, 0] = 0
    valid = NORMAL.valid_mask(label)
    loss = MaskedCosineLoss(loss_weight=3.0)(prediction, label, valid)
    (gradient,) = torch.autograd.grad(loss, prediction)
    torch.testing.assert_close(gradient, -3 * label / (2 * 3 * 4))


def test_half_precision_is_summed_in_full():
    # In bfloat16 a sum of 4096 ones would stop at 256.
    prediction = torch.zeros(1, 3, 64, 64, dtype=torch.bfloat16)
    prediction[:, 0] = 1
    label = torch.zeros(1, 3, 64, 64)
    label[:, 0, :, :32] = 1
    label[:, 1, :, 32:] = 1
    loss = masked_cosine(prediction, label, NORMAL.valid_mask(label))
    assert loss.dtype == torch.float32
    assert loss.item() == 0.5
