import pytest
import torch
from torch.utils.checkpoint import checkpoint

from mmmtl.models.loss_weighting import SharedTensors
from mmmtl.models.loss_weighting.gradient.shared_gradients import SharedGradients
from tests.utils.gradient_batches import (
    batch_of,
    build_weighting,
    images_and_labels,
    segmentor,
    total_loss,
)

WRT = ('parameters', 'features')


def test_parameters_of_one_task_are_not_shared():
    shared = torch.zeros(2, requires_grad=True)
    own = torch.zeros(2, requires_grad=True)
    frozen = torch.zeros(2)
    losses = dict(seg=shared[0] + 100 * own.sum() + frozen.sum(), depth=2 * shared[1])
    module = build_weighting('IMTL-G', tasks=('seg', 'depth'))
    weights = module(batch_of(losses, SharedTensors((), (frozen, own, shared)))).weights
    assert weights['seg'].item() == pytest.approx(4 / 3)


def test_parameters_that_are_thawed_later_count():
    module = build_weighting('IMTL-G', tasks=('seg', 'depth'))
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
        build_weighting(wrt='features')(batch_of(losses, SharedTensors((a, b), ())))
    with pytest.raises(ValueError, match=r"wrt='parameters': .*\['seg', 'depth'\].*among 0"):
        build_weighting()(losses)


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


def leaves(*values):
    return [torch.tensor(value, requires_grad=True) for value in values]


def test_gradients_by_hand():
    a, b, own = leaves([1.0, 2.0], [3.0], [4.0])
    losses = dict(
        seg=(a * torch.tensor([5.0, 7.0])).sum() + b[0] ** 2 + own[0], depth=10 * a.sum() + 2 * b[0]
    )
    seg, depth = SharedGradients('parameters')(losses, SharedTensors((), (a, b, own)), 1.0)
    assert [g.tolist() for g in seg] == [[5, 7], [6]]  # not by what seg has alone
    assert [g.tolist() for g in depth] == [[10, 10], [2]]


def test_a_tensor_that_one_of_three_tasks_lacks_counts_as_a_gradient_of_zero():
    a, b = leaves([1.0], [1.0])
    losses = dict(seg=a[0] + b[0], depth=2 * a[0] + b[0], normal=3 * a[0])
    gradients = SharedGradients('parameters')(losses, SharedTensors((), (a, b)), 1.0)
    assert [[g.tolist() for g in row] for row in gradients] == [
        [[1], [1]],
        [[2], [1]],
        [[3], [0]],
    ]


def test_the_scale_multiplies_the_gradients_and_nothing_is_accumulated():
    (a,) = leaves([1.0])
    losses = dict(seg=2 * a[0], depth=3 * a[0])
    gradients = SharedGradients('parameters')(losses, SharedTensors((), (a,)), 8.0)
    assert [row[0].tolist() for row in gradients] == [[16], [24]]
    assert a.grad is None
    sum(losses.values()).backward()  # the graph is still there
    assert a.grad.tolist() == [5]


def test_features_or_parameters_as_asked_for():
    (a,) = leaves([2.0])
    feature = a * 3
    losses = dict(seg=feature[0], depth=4 * feature[0])
    shared = SharedTensors((feature,), (a,))
    found = {
        wrt: [row[0].item() for row in SharedGradients(wrt)(losses, shared, 1.0)] for wrt in WRT
    }
    assert found == dict(parameters=[3, 12], features=[1, 4])


def test_a_task_that_comes_later_is_looked_at_then():
    a, b = leaves([1.0], [1.0])
    shared = SharedTensors((), (a, b))
    gradients = SharedGradients('parameters')
    first = gradients(dict(seg=a[0] + b[0], depth=a[0]), shared, 1.0)
    assert [len(row) for row in first] == [1, 1]  # b is of seg alone
    second = gradients(dict(seg=a[0] + b[0], normal=b[0] + a[0]), shared, 1.0)
    assert [len(row) for row in second] == [2, 2]


class TellsAutocast(torch.autograd.Function):
    """Its gradient is 1 under autocast, else 0."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return torch.full_like(gradient, torch.is_autocast_enabled('cpu'))


def test_gradients_are_taken_outside_of_autocast():
    (a,) = leaves([1.0])
    with torch.autocast('cpu', dtype=torch.bfloat16):
        losses = dict(seg=TellsAutocast.apply(a).sum(), depth=a.sum())
        (seg,), (depth,) = SharedGradients('parameters')(losses, SharedTensors((), (a,)), 1.0)
    assert seg.item() == 0
    assert depth.item() == 1


def test_other_errors_of_autograd_are_not_explained_away():
    (a,) = leaves([1.0])
    loss = (a.exp() * 2).sum()
    loss.backward()  # frees the graph
    with pytest.raises(RuntimeError, match='second time'):
        SharedGradients('parameters')(dict(seg=loss, depth=loss), SharedTensors((), (a,)), 1.0)


def test_an_unknown_choice_is_named():
    with pytest.raises(ValueError, match='wrt') as raised:
        SharedGradients('heads')
    assert str(raised.value) == "wrt: expected one of ('parameters', 'features'), found 'heads'."


def test_each_gradient_is_with_respect_to_all_that_may_be_shared():
    x, y, z = leaves(1.0, 2.0, 3.0)
    shared = SharedTensors(parameters=(x, y, z))
    found = SharedGradients('parameters').of_each(dict(seg=x * y, depth=3 * y), shared, 2.0)
    numbers = {
        task: [None if one is None else one.item() for one in own] for task, own in found.items()
    }
    assert numbers == dict(seg=[4, 2, None], depth=[None, 6, None])
