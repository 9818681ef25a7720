import pytest
import torch
from mmseg.registry import MODELS
from torch.utils.checkpoint import checkpoint

from mmmtl.models.loss_weighting import SharedTensors
from tests.utils.gradient_batches import (
    TASKS,
    batch_of,
    images_and_labels,
    segmentor,
    total_loss,
)

WRT = ('parameters', 'features')


def build(method='MGDA', tasks=TASKS, **config):
    return MODELS.build(dict(type='GradientWeighting', tasks=tasks, method=method, **config))


def test_parameters_of_one_task_are_not_shared():
    shared = torch.zeros(2, requires_grad=True)
    own = torch.zeros(2, requires_grad=True)
    frozen = torch.zeros(2)
    losses = dict(seg=shared[0] + 100 * own.sum() + frozen.sum(), depth=2 * shared[1])
    module = build('IMTL-G', tasks=('seg', 'depth'))
    weights = module(batch_of(losses, SharedTensors((), (frozen, own, shared)))).weights
    assert weights['seg'].item() == pytest.approx(4 / 3)


def test_parameters_that_are_thawed_later_count():
    module = build('IMTL-G', tasks=('seg', 'depth'))
    a, b = (torch.zeros(2, requires_grad=True) for _ in range(2))

    def seg_weight():
        losses = dict(seg=a[0] + 3 * b[0] + 0 * b[1], depth=a[1] + 2 * a[1] + b[1])
        return module(batch_of(losses, SharedTensors((), (a, b)))).weights['seg'].item()

    b.requires_grad_(False)
    assert seg_weight() == pytest.approx(2 * 3 / 4)
    b.requires_grad_(True)
    assert seg_weight() == pytest.approx(1)  # both norms are sqrt(10)


def test_tasks_that_share_nothing_are_an_error():
    a, b = (torch.zeros(2, requires_grad=True) for _ in range(2))
    losses = dict(seg=a.sum(), depth=b.sum())
    with pytest.raises(ValueError, match=r"wrt='features': .*none among 2. Try wrt='parameters'"):
        build(wrt='features')(batch_of(losses, SharedTensors((a, b), ())))
    with pytest.raises(ValueError, match=r"wrt='parameters': .*\['seg', 'depth'\].*among 0"):
        build()(losses)


class Checkpointed(torch.nn.Module):
    def __init__(self, module, use_reentrant):
        super().__init__()
        self.module, self.use_reentrant = module, use_reentrant

    def forward(self, x):
        return checkpoint(self.module, x, use_reentrant=self.use_reentrant)


def checkpointed_weights(use_reentrant, wrt):
    model = segmentor(dict(type='GradientWeighting', method='IMTL-G', wrt=wrt))
    if use_reentrant is not None:
        for block in (*list(model.backbone.encoder)[1:], *model.backbone.decoder):
            block.others = Checkpointed(block.others, use_reentrant)
    total_loss(model, *images_and_labels(range(2))).backward()
    assert model.backbone.encoder[0].first[0].weight.grad.abs().sum() > 0
    return model.loss_weighting.weights


@pytest.mark.parametrize('wrt', WRT)
def test_activation_checkpointing_changes_nothing(wrt):
    expected = checkpointed_weights(None, wrt)
    torch.testing.assert_close(checkpointed_weights(False, wrt), expected)
    if wrt == 'features':  # which come after the backbone
        torch.testing.assert_close(checkpointed_weights(True, wrt), expected)


def test_reentrant_checkpointing_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match=r"use_reentrant=False, or, .* wrt='features'"):
        checkpointed_weights(True, 'parameters')
