"""The functions of mmseg that mmmtl exchanges give the same numbers to the last bit."""

import pytest
import torch
from mmseg.models.losses import accuracy as accuracy_of_mmseg
from mmseg.registry import MODELS

from mmmtl.compat import pixel_counts
from tests.utils.device_waits import counted_waits

CLASSES = 5


def batch(labelled, seed=0, size=(2, 37, 53)):
    """Logits, and labels of which about this share is there."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(size[0], CLASSES, *size[1:], generator=generator)
    label = torch.randint(0, CLASSES, size, generator=generator)
    label[torch.rand(size, generator=generator) >= labelled] = 255
    return logits.requires_grad_(), label


def loss_and_gradient(function, logits, label, **settings):
    loss = function(logits, label, ignore_index=255, **settings)
    return loss.detach(), torch.autograd.grad(loss.sum(), logits)[0]


@pytest.mark.parametrize('seed', range(4))
@pytest.mark.parametrize('labelled', [0.0, 0.0005, 0.3, 0.9, 1.0])
def test_cross_entropy_is_that_of_mmseg(labelled, seed):
    logits, label = batch(labelled, seed)
    for settings in (
        dict(avg_non_ignore=True),
        dict(avg_non_ignore=False),
        dict(avg_non_ignore=True, weight=torch.rand(label.shape)),
        dict(avg_non_ignore=True, reduction='none'),
        dict(avg_non_ignore=True, reduction='sum'),
        dict(avg_non_ignore=True, avg_factor=7),
        dict(avg_non_ignore=False, class_weight=torch.rand(CLASSES)),
    ):
        mine = loss_and_gradient(pixel_counts.cross_entropy, logits, label, **settings)
        theirs = loss_and_gradient(pixel_counts._cross_entropy, logits, label, **settings)
        assert mine[0].dtype == theirs[0].dtype
        for one, other in zip(mine, theirs, strict=True):
            assert torch.equal(one, other)


@pytest.mark.parametrize('count', [0, 1, 2, 3])
def test_few_pixels_too(count):
    logits, label = batch(0.0)
    label.view(-1)[:count] = 1
    mine = pixel_counts.cross_entropy(logits, label, ignore_index=255, avg_non_ignore=True)
    theirs = pixel_counts._cross_entropy(logits, label, ignore_index=255, avg_non_ignore=True)
    assert torch.equal(mine, theirs)


@pytest.mark.parametrize('labelled', [0.0, 0.0005, 0.3, 0.9, 1.0])
def test_accuracy_is_that_of_mmseg(labelled):
    logits, label = batch(labelled)
    for settings in (
        dict(ignore_index=255), dict(ignore_index=None), dict(topk=2, ignore_index=255),
        dict(topk=(1, 3), ignore_index=255),
    ):  # fmt: skip
        mine = pixel_counts.accuracy(logits, label, **settings)
        theirs = accuracy_of_mmseg(logits, label, **settings)
        for one, other in zip(mine, theirs, strict=True):
            assert torch.equal(one, other)
    assert pixel_counts.accuracy(logits, label, ignore_index=255).shape == (1,)


def test_the_losses_and_heads_of_mmseg_use_them():
    loss = MODELS.build(dict(type='CrossEntropyLoss', avg_non_ignore=True))
    logits = torch.ones(2, CLASSES, 4, 4, device='meta')
    label = torch.ones(2, 4, 4, dtype=torch.int64, device='meta')
    with counted_waits() as waits:
        loss(logits, label, ignore_index=255)
        from mmseg.models.decode_heads import decode_head, pid_head

        for module in (decode_head, pid_head):
            module.accuracy(logits, label, ignore_index=255)
    assert not waits.take()[0]
