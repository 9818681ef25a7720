import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.losses import MaskedL1Loss
from mmmtl.tasks import VectorTask
from tests.utils.head_samples import head_samples

FLOW = VectorTask(name='flow', channels=2, along_image=True)
FEATURES = (torch.tensor([[[[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]]]]),)


def build(**settings):
    """A head whose output are its two input channels."""
    settings = dict(in_channels=2, channels=2, num_convs=0, out_channels=2) | settings
    head = MODELS.build(dict(type='VectorHead', **settings))
    head.conv_seg.weight.data = torch.eye(2).view(2, 2, 1, 1)
    torch.nn.init.zeros_(head.conv_seg.bias)
    return head


@pytest.mark.parametrize('channels', [2, 3, 7])
def test_it_predicts_as_many_numbers_as_it_is_told(channels):
    head = MODELS.build(dict(type='VectorHead', in_channels=2, channels=4, out_channels=channels))
    assert head(FEATURES).shape == (1, channels, 1, 3)


def test_the_loss_by_hand():
    # The second pixel lacks one of its numbers.
    label = torch.tensor([[[0.0, 0.0, 3.0]], [[2.0, torch.nan, 7.0]]])
    head = build()
    assert isinstance(head.loss_decode, MaskedL1Loss)
    losses = head.loss(FEATURES, head_samples(FLOW, [label]), {})
    assert {name: loss.item() for name, loss in losses.items()} == pytest.approx(
        dict(loss_l1=(1 + 2 + 0 + 1) / 4)
    )


def test_the_distance_is_a_loss_of_vectors():
    label = torch.tensor([[[-2.0, 2.0, torch.nan]], [[8.0, 5.0, torch.nan]]])
    head = build(loss_decode=dict(type='EndPointLoss'))
    loss = head.loss(FEATURES, head_samples(FLOW, [label]), {})['loss_epe']
    assert loss.item() == pytest.approx((5 + 0) / 2)


def test_numbers_can_be_kept_in_a_range():
    head = build(value_range=(0, 1))
    torch.testing.assert_close(head(FEATURES), FEATURES[0].sigmoid())
