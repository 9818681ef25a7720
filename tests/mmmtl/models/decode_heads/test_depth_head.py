import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.losses import MaskedL1Loss
from mmmtl.tasks import DEPTH
from tests.utils.head_samples import head_samples


def build(**settings):
    """A head whose output is its only input channel."""
    head = MODELS.build(dict(type='DepthHead', in_channels=1, channels=1, num_convs=0, **settings))
    torch.nn.init.ones_(head.conv_seg.weight)
    torch.nn.init.zeros_(head.conv_seg.bias)
    return head


def samples(label):
    return head_samples(DEPTH, [torch.tensor(label)[None]])


DEPTHS = torch.tensor([[[[-1.0, 2.0], [50.0, 0.0]]]])


def test_depths_have_no_final_activation():
    assert torch.equal(build()((DEPTHS,)), DEPTHS)


def test_the_loss_by_hand():
    head = build()
    losses = head.loss((DEPTHS,), samples([[1.0, 0.0], [40.0, 0.5]]), {})
    assert list(losses) == ['loss_l1']
    # 2 has no label
    assert losses['loss_l1'].item() == pytest.approx((2 + 10 + 0.5) / 3)


def test_without_a_valid_pixel_the_loss_is_0_and_every_parameter_has_a_gradient():
    head = build()
    loss = head.loss((DEPTHS,), samples([[0.0, 0.0], [0.0, 0.0]]), {})['loss_l1']
    assert loss.item() == 0
    loss.backward()
    assert all(p.grad is not None and not p.grad.any() for p in head.parameters())


def test_another_loss_can_be_given():
    assert isinstance(build().loss_decode, MaskedL1Loss)
    head = build(loss_decode=dict(type='MaskedL1Loss', loss_weight=0.5, loss_name='loss_far'))
    losses = head.loss((DEPTHS,), samples([[1.0, 0.0], [40.0, 0.5]]), {})
    assert {name: loss.item() for name, loss in losses.items()} == pytest.approx(
        dict(loss_far=12.5 / 6)
    )


def test_the_default_loss_is_not_shared_by_heads():
    one, other = build(), build()
    assert one.loss_decode is not other.loss_decode


def test_it_predicts_one_number_and_no_more():
    assert build().out_channels == build(out_channels=1).out_channels == 1
    with pytest.raises(ValueError, match='^out_channels: DepthHead predicts 1 .*found 2.$'):
        build(out_channels=2)
