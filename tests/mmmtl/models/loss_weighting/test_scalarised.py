import pytest
import torch

from mmmtl.models.loss_weighting import ScalarisedWeighting, TaskLosses
from tests.utils.weighting_batches import batch_of, total, weights_of

FACTORS = (2.0, 3.0, 5.0)


class SumOfSquares(ScalarisedWeighting):
    """Minimises the weighted sum of the squared losses."""

    def scalarise(self, losses, tasks):
        self.given = (losses.dtype, list(tasks))
        factors = losses.new_tensor([FACTORS[task] for task in tasks])
        return (factors * losses.square()).sum()


def build():
    return SumOfSquares(('seg', 'depth', 'normal'))


def test_the_weights_are_the_derivatives():
    weighting = build()
    found = weights_of(weighting, batch_of(seg=4, depth=0.5, normal=1))
    assert found == dict(seg=2 * 2 * 4, depth=2 * 3 * 0.5, normal=2 * 5 * 1)
    assert weighting.given == (torch.float64, [0, 1, 2])


def test_tasks_of_a_batch_are_told_by_their_numbers():
    weighting = build()
    assert weights_of(weighting, batch_of(normal=1, seg=4)) == dict(normal=10, seg=16)
    assert weighting.given[1] == [2, 0]


def test_the_total_is_the_function_and_its_gradient_the_function_s():
    x = torch.tensor([1.0, 2.0], requires_grad=True)

    def losses():
        return dict(seg=x[0] * x[1], depth=x.sum())

    value = total(build(), losses())
    assert value.item() == pytest.approx(2 * 2**2 + 3 * 3**2)
    value.backward()
    y = x.detach().clone().requires_grad_()
    (2 * (y[0] * y[1]) ** 2 + 3 * y.sum() ** 2).backward()
    torch.testing.assert_close(x.grad, y.grad)


def test_weights_and_regulariser_have_no_graph():
    x = torch.tensor(2.0, requires_grad=True)
    weights, regulariser = build()(dict(seg=x * 2, depth=x))
    assert not any(weight.requires_grad for weight in weights.values())
    assert not regulariser.requires_grad
    # f - sum of slope times loss: 2 * 16 + 3 * 4 - (16 * 4 + 12 * 2)
    assert regulariser.item() == 44 - 88
    assert {weight.dtype for weight in (*weights.values(), regulariser)} == {torch.float32}


def test_it_works_without_gradients():
    batch = batch_of(seg=4, depth=0.5)
    with torch.no_grad():
        weights, _ = build()(batch)
    assert {task: weight.item() for task, weight in weights.items()} == dict(seg=16, depth=3)
    assert not any(loss.requires_grad for loss in batch.joined.values())


def test_the_joined_losses_count_not_this_process_s():
    joined = dict(seg=torch.tensor(4.0))
    batch = TaskLosses(dict(seg=torch.tensor(100.0)), joined, dict(seg=torch.tensor(1.0)))
    weights, regulariser = build()(batch)
    assert weights['seg'].item() == 16
    assert regulariser.item() == 32 - 64
