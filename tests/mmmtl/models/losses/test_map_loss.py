import pytest
import torch

from mmmtl.models.losses import MapLoss


class Largest(MapLoss):
    """A loss that is no mean."""

    default_name = 'loss_largest'

    def batch_loss(self, prediction, label, valid):
        return ((prediction - label).abs() * valid).amax()


def test_weight_and_name():
    prediction, label = torch.tensor([1.0, 5.0, 9.0]).view(1, 1, 1, 3), torch.zeros(1, 1, 1, 3)
    valid = torch.tensor([True, True, False]).view(1, 1, 1, 3)
    assert Largest()(prediction, label, valid).item() == 5
    assert Largest(loss_weight=0.5)(prediction, label, valid).item() == pytest.approx(2.5)
    assert Largest().loss_name == 'loss_largest'
    assert Largest(loss_name='loss_other').loss_name == 'loss_other'
