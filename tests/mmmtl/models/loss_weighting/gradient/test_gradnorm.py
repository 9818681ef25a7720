import math

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.loss_weighting import SharedTensors
from tests.utils.gradient_batches import batch_of, quadratic_batch, weights_of


def gradnorm(**config):
    return MODELS.build(dict(type='GradNorm', tasks=('seg', 'depth'), **config))


def test_the_first_step():
    # G = (1, 4), mean 2.5, equal rates: G_seg is too small, G_depth too large. In units of the
    # mean the slopes are -1 / 2.5 and 4 / 2.5.
    seg, depth = 1 + 0.1 * 0.4, 1 - 0.1 * 1.6
    expected = dict(seg=2 * seg / (seg + depth), depth=2 * depth / (seg + depth))
    found = weights_of(gradnorm(lr=0.1), dict(seg=[1.0, 0.0], depth=[0.0, 4.0]))
    assert found == pytest.approx(expected)


def test_a_task_that_trains_slower_gets_more():
    module = gradnorm(lr=0.1, alpha=1.5)
    shared = torch.zeros(2, requires_grad=True)

    def step(seg, depth):  # of equal gradients, with these losses
        losses = dict(seg=shared[0] + seg, depth=shared[1] + depth)
        return module(batch_of(losses, SharedTensors((), (shared,)))).weights

    assert {k: w.item() for k, w in step(2.0, 4.0).items()} == dict(seg=1, depth=1)
    # Losses relative to the first: 1 / 2 and 1 / 4, rates 4 / 3 and 2 / 3.
    weights = step(1.0, 1.0)
    assert weights['seg'].item() == pytest.approx(1.1)
    assert weights['depth'].item() == pytest.approx(0.9)
    assert module.initial_losses.tolist() == [2, 4]


def test_alpha_decides_which_norm_is_the_target():
    shared = torch.zeros(2, requires_grad=True)

    def second_step(alpha):
        module = gradnorm(lr=0.1, alpha=alpha, initial_losses=dict(depth=1, seg=1))
        losses = dict(seg=2 * shared[0] + 4, depth=3 * shared[1] + 1)  # rates 8/5, 2/5; mean 2.5
        weights = module(batch_of(losses, SharedTensors((), (shared,)))).weights
        return weights['seg'].item()

    # Targets 2.5 and 2.5: seg is below; 2.5 * 1.6^a and 2.5 * 0.4^a: seg is below, depth above.
    up, down = 1 + 0.1 * 2 / 2.5, 1 - 0.1 * 3 / 2.5
    assert second_step(0.0) == pytest.approx(2 * up / (up + down))
    assert second_step(1.0) == pytest.approx(2 * up / (up + down))


def test_the_step_does_not_depend_on_the_scale_of_the_gradients():
    small = weights_of(gradnorm(), dict(seg=[1e-5, 0.0], depth=[0.0, 4e-5]))
    large = weights_of(gradnorm(), dict(seg=[10.0, 0.0], depth=[0.0, 40.0]))
    assert small == pytest.approx(large, rel=1e-5)


def test_norms_become_equal_and_weights_stay_positive():
    module = gradnorm(lr=0.05, alpha=0)
    gradients = dict(seg=[1.0, 0.0], depth=[0.0, 3.0])
    for _ in range(100):
        weights = weights_of(module, gradients)
        assert min(weights.values()) > 0
        assert sum(weights.values()) == pytest.approx(2)
    assert weights == pytest.approx(dict(seg=1.5, depth=0.5), abs=0.1)


def test_a_huge_step_ends_at_the_smallest_weight():
    found = weights_of(gradnorm(lr=10), dict(seg=[1.0, 0.0], depth=[0.0, 4.0]))
    assert found == pytest.approx(dict(seg=2 * 5 / 5.001, depth=2 * 0.001 / 5.001))


def test_the_weights_are_a_parameter_that_no_optimizer_moves():
    module = gradnorm()
    names = [name for name, _ in module.named_parameters()]
    assert names == ['weights']
    assert not module.weights.requires_grad
    assert {'initial_losses', 'iterations', 'weights'} <= set(module.state_dict())


def test_a_first_loss_of_zero_is_not_remembered():
    module = gradnorm()
    shared = torch.ones(2, requires_grad=True)
    for offset, expected in ((1.0, 0.0), (0.5, 0.5), (0.0, 0.5)):
        losses = dict(seg=shared[0] - offset, depth=shared[1] + 1)
        weights = module(batch_of(losses, SharedTensors((), (shared,)))).weights
        assert all(math.isfinite(weight) for weight in weights.values())
        assert module.initial_losses[0].item() == expected


def test_a_task_without_labels_keeps_weight_and_first_loss():
    tasks = ('seg', 'depth', 'normal')
    module = MODELS.build(dict(type='GradNorm', tasks=tasks, lr=0.1))
    weights = module(quadratic_batch(dict(seg=[1.0, 0.0], normal=[0.0, 4.0]))).weights
    assert set(weights) == {'seg', 'normal'}
    assert sum(weights.values()).item() == pytest.approx(2)
    assert module.weights[1] == 1
    assert module.initial_losses[1] == 0
    assert module.initial_losses[[0, 2]].tolist() == [0.5, 8]


@pytest.mark.parametrize(
    ('config', 'reason'),
    [
        (dict(alpha=-1), 'alpha: expected a finite number >= 0, found -1'),
        (dict(lr=math.nan), 'lr: expected a finite number >= 0, found nan'),
        (dict(initial_losses=dict(seg=1)), r"initial_losses: .*\['seg', 'depth'\]"),
        (dict(initial_losses=dict(seg=1, depth=0)), 'initial_losses: .* > 0'),
        (dict(wrt='heads'), "wrt: .*found 'heads'"),
        (dict(every_n_iters=0), 'every_n_iters: expected at least 1, found 0'),
    ],
)
def test_wrong_arguments_are_named(config, reason):
    with pytest.raises(ValueError, match=reason):
        gradnorm(**config)
