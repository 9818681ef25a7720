import numpy as np
import pytest
import torch

from mmmtl.models.losses import GradientMatchingLoss, gradient_matching
from tests.utils.loss_batches import assert_gradients, loss_batch

ALL = torch.ones(1, 1, 3, 3, dtype=torch.bool)
RESIDUAL = torch.tensor([[0.0, 1, 3], [0, 0, 0], [5, 0, 1]], dtype=torch.float64).view(1, 1, 3, 3)


def test_hand_computed_differences():
    label = torch.full_like(RESIDUAL, 7.0)
    # To the right 1, 2, 0, 0, 5, 1 and down 0, 1, 3, 5, 0, 1, over 9 pixels.
    first = (9 + 10) / 9
    # Of every second pixel, 0, 3, 5 and 1: 3 and 4 to the right, 5 and 2 down, over 4 pixels.
    second = (7 + 7) / 4
    for scales, expected in [(1, first), (2, first + second), (3, first + second)]:
        found = gradient_matching(RESIDUAL + label, label, ALL, scales)
        assert found.item() == pytest.approx(expected)


def test_only_neighbours_both_of_which_are_valid_count():
    valid = ALL.clone()
    valid[0, 0, 0, 1] = False
    # Without 1 and 2 to the right and 1 down, over 8 pixels.
    found = gradient_matching(RESIDUAL, torch.zeros_like(RESIDUAL), valid, 1)
    assert found.item() == pytest.approx((6 + 9) / 8)


def plain(prediction, label, valid, scales):
    """The sum over pixels, one by one."""
    residual, total = (prediction - label).numpy(), 0.0
    count, channels, height, width = residual.shape
    for step in [2**scale for scale in range(scales)]:
        values, pixels = 0.0, 0
        for n, y, x in np.ndindex(count, height, width):
            if y % step or x % step or not valid[n, 0, y, x]:
                continue
            pixels += 1
            for down, right in ((step, 0), (0, step)):
                other = (y + down, x + right)
                if other[0] < height and other[1] < width and valid[(n, 0, *other)]:
                    values += np.abs(
                        residual[(n, slice(None), *other)] - residual[n, :, y, x]
                    ).sum()
        total += values / (pixels * channels)
    return total


@pytest.mark.parametrize('channels', [1, 2])
@pytest.mark.parametrize('scales', [1, 2, 4])
def test_it_agrees_with_a_loop_over_pixels(channels, scales):
    batch = loss_batch(channels)
    expected = plain(*batch, scales)
    assert GradientMatchingLoss(scales)(*batch).item() == pytest.approx(expected)


def test_a_constant_error_is_none():
    _, label, valid = loss_batch()
    assert GradientMatchingLoss()(label + 3, label, valid).item() == pytest.approx(0, abs=1e-12)
    positive = label.abs() + 1
    scaled = GradientMatchingLoss(log_space=True)(3 * positive, positive, valid)
    assert scaled.item() == pytest.approx(0, abs=1e-12)


def test_gradients():
    assert_gradients(GradientMatchingLoss(), *loss_batch())
    assert_gradients(GradientMatchingLoss(log_space=True), *loss_batch(1, 'positive'))


def test_a_wrong_number_of_scales_is_named():
    with pytest.raises(ValueError, match='^scales: expected at least 1, found 0.$'):
        GradientMatchingLoss(scales=0)
