import math

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.losses import BinaryCrossEntropyLoss
from mmmtl.tasks import BinaryTask
from tests.utils.head_samples import head_samples

EDGE = BinaryTask(name='edge')
LOGITS = torch.tensor([[[[math.log(3), 0.0], [0.0, 9.0]]]])
LABEL = torch.tensor([[[1.0, 0.0], [0.0, 255.0]]])


def build(**settings):
    """A head whose output is its only input channel."""
    head = MODELS.build(dict(type='BinaryHead', in_channels=1, channels=1, num_convs=0, **settings))
    torch.nn.init.ones_(head.conv_seg.weight)
    torch.nn.init.zeros_(head.conv_seg.bias)
    return head


def test_it_predicts_a_logit():
    assert torch.equal(build()((LOGITS,)), LOGITS)
    probability = EDGE.decode(build()((LOGITS,))[0])
    assert probability.flatten()[:2].tolist() == pytest.approx([0.75, 0.5])


def test_the_loss_by_hand():
    # One of three pixels with a label is 1 and weighs 2/3, the others 1/3.
    losses = build().loss((LOGITS,), head_samples(EDGE, [LABEL]), {})
    expected = -(2 / 3 * math.log(0.75) + 2 / 3 * math.log(0.5)) / 3
    assert {name: loss.item() for name, loss in losses.items()} == pytest.approx(
        dict(loss_bce=expected)
    )


def test_losses_can_be_joined():
    head = build(loss_decode=[dict(type='BinaryFocalLoss'), dict(type='BinaryDiceLoss')])
    losses = head.loss((LOGITS,), head_samples(EDGE, [LABEL]), {})
    assert sorted(losses) == ['loss_dice', 'loss_focal']
    squares = 0.75**2 + 2 * 0.5**2 + 1 + 1
    assert losses['loss_dice'].item() == pytest.approx(1 - (2 * 0.75 + 1) / squares)


def test_the_default_loss_is_balanced():
    assert isinstance(build().loss_decode, BinaryCrossEntropyLoss)
    assert build().loss_decode.positive_weight is None


def test_a_label_of_one_kind_of_pixel_trains():
    for value in (0.0, 1.0, 255.0):
        head = build()
        label = torch.full((1, 2, 2), value)
        loss = head.loss((LOGITS,), head_samples(EDGE, [label]), {})['loss_bce']
        loss.backward()
        assert loss.isfinite()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in head.parameters())
