import pytest
import torch

from mmmtl.models.losses import PixelLoss
from mmmtl.models.losses.pixel_loss import log_of_valid, of_valid, valid_mean
from tests.utils.loss_batches import pixels

VALID = torch.tensor([True, False, True]).view(1, 1, 1, 3)


class Ratio(PixelLoss):
    """An error that shows what it was given."""

    default_name = 'loss_ratio'

    def errors(self, prediction, label, valid):
        return prediction[:, :1] + 10 * label[:, :1]


def test_errors_get_zeros_for_invalid_pixels_and_are_averaged_over_valid_ones():
    prediction, label = pixels([1.0, torch.nan, 3.0]), pixels([2.0, torch.inf, 4.0])
    assert Ratio()(prediction, label, VALID).item() == pytest.approx((1 + 20 + 3 + 40) / 2)
    assert Ratio(loss_weight=0.5)(prediction, label, VALID).item() == pytest.approx(16)


def test_values_of_valid_pixels_keep_their_gradient():
    values = pixels([1.0, torch.nan, 3.0]).requires_grad_()
    found = of_valid(values, VALID)
    assert found.flatten().tolist() == [1, 0, 3]
    found.sum().backward()
    assert values.grad.flatten().tolist() == [1, 0, 1]
    assert of_valid(values.half(), VALID).dtype == torch.float32


def test_logarithms_of_valid_pixels():
    values = pixels([2.0, -1.0, -1.0]).requires_grad_()
    found = log_of_valid(values, VALID)
    torch.testing.assert_close(found.exp().flatten(), pixels([2.0, 1.0, 1e-6]).flatten())
    found.sum().backward()
    assert values.grad.flatten().tolist() == [0.5, 0, 0]


def test_the_mean_is_that_of_all_channels_of_valid_pixels():
    errors = pixels([1.0, 50.0, 3.0], [5.0, 70.0, 7.0])
    assert valid_mean(errors, VALID).item() == 4
    assert valid_mean(errors, VALID & False).item() == 0
