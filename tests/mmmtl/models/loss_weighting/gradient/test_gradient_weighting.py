import math

import pytest
import torch

from mmmtl.models.loss_weighting.gradient.torchjd_methods import GRADIENT_METHODS
from tests.utils.gradient_batches import (
    TASKS,
    build_weighting,
    random_gradients,
    weights_of,
)


@pytest.mark.parametrize('method', ['PCGrad', 'GradVac'])
def test_draws_depend_on_seed_and_iteration_and_leave_others_alone(method):
    def draws(**config):
        module = build_weighting(method, **config)
        torch.manual_seed(5)
        found = [weights_of(module, random_gradients(3)) for _ in range(6)]
        return found, torch.rand(1).item()

    found, after = draws()
    torch.manual_seed(5)
    assert after == torch.rand(1).item()
    assert draws()[0] == found
    assert draws(seed=1)[0] != found
    if method == 'PCGrad':  # which remembers nothing
        assert any(weights != found[0] for weights in found)


def test_smoothing_is_a_moving_average_from_equal_weights():
    plain, smooth = build_weighting('IMTL-G'), build_weighting('IMTL-G', smoothing=0.75)
    average = dict.fromkeys(TASKS, 1.0)
    for seed in range(3):
        new = weights_of(plain, random_gradients(seed))
        average = {task: 0.75 * average[task] + 0.25 * new[task] for task in TASKS}
        assert weights_of(smooth, random_gradients(seed)) == pytest.approx(average)


@pytest.mark.parametrize('config', [dict(scale='mean'), dict(smoothing=1), dict(seed=-1)])
def test_wrong_settings_are_named(config):
    (name,) = config
    with pytest.raises(ValueError, match=f'^{name}: expected'):
        build_weighting(**config)


def test_a_method_that_fails_keeps_the_last_weights():
    module = build_weighting()
    before = weights_of(module, random_gradients(2))
    for bad in ([math.nan] * 3, [0.0, 0.0, 0.0], [-1.0, 0.5, 0.2]):
        module.method.rule = lambda gramian, bad=bad: torch.tensor(bad, dtype=gramian.dtype)
        assert weights_of(module, random_gradients(2)) == before
    assert module.kept == 3


@pytest.mark.parametrize('method', sorted(set(GRADIENT_METHODS) - {'Krum'}))
def test_weights_add_up_to_the_number_of_tasks(method):
    found = weights_of(build_weighting(method), random_gradients(2))
    assert sum(found.values()) == pytest.approx(3)


def test_the_weights_of_a_method_can_be_kept_as_they_are():
    gradients = dict(seg=[1.0, 0.0], depth=[0.0, 2.0])
    config = dict(tasks=('seg', 'depth'))
    own = weights_of(build_weighting(scale='method', **config), gradients)
    assert own == pytest.approx(dict(seg=0.8, depth=0.2), abs=1e-6)  # MGDA's add up to 1
    scaled = weights_of(build_weighting(**config), gradients)
    assert scaled == pytest.approx(dict(seg=1.6, depth=0.4), abs=1e-6)


def test_weights_add_up_to_the_number_of_the_tasks_that_are_weighed():
    module = build_weighting()
    without = {task: g for task, g in random_gradients(0).items() if task != 'depth'}
    assert sum(weights_of(module, without).values()) == pytest.approx(2)


def test_a_method_sees_gradients_whose_mean_square_is_1_unless_it_wants_them_as_they_are():
    for normalises in (True, False):
        module = build_weighting(tasks=('seg', 'depth'))
        seen = []
        module.method.rule = lambda gramian, seen=seen: seen.append(gramian) or torch.ones(2)
        module.method.normalises = normalises
        weights_of(module, dict(seg=[1.0, 0.0], depth=[3.0, 3.0]))
        mean = (1 + 18) / 2 if normalises else 1
        expected = torch.tensor([[1, 3], [3, 18]], dtype=torch.float64) / mean
        torch.testing.assert_close(seen[0], expected)


@pytest.mark.parametrize('scale', ['tasks', 'method'])
def test_a_method_that_fails_remembers_nothing_of_the_step(scale):
    module = build_weighting('GradVac', scale=scale)
    weights_of(module, random_gradients(0))
    before = module.state_cosines.clone()
    rule = module.method.rule

    def failing_rule(gramian):
        module.method.weighting._phi_t += 1
        return torch.full((3,), math.nan, dtype=torch.float64)

    module.method.rule = failing_rule
    weights_of(module, random_gradients(1))
    assert module.kept == 1
    assert torch.equal(module.state_cosines, before)
    module.method.rule = rule
    weights_of(module, random_gradients(1))
    assert not torch.equal(module.state_cosines, before)


def test_smoothing_starts_from_each_task_s_own_last_weight():
    module = build_weighting('IMTL-G', smoothing=0.5)
    weights_of(module, random_gradients(0))
    before = module.weights.clone()
    without = {task: g for task, g in random_gradients(1).items() if task != 'depth'}
    new = weights_of(build_weighting('IMTL-G'), without)
    found = weights_of(module, without)
    assert found == pytest.approx(
        dict(seg=(before[0].item() + new['seg']) / 2, normal=(before[2].item() + new['normal']) / 2)
    )
    assert module.weights[1] == before[1]


def test_what_a_method_remembers_is_a_buffer():
    assert 'state_cosines' in build_weighting('GradVac').state_dict()
    assert {'state_squared_norms', 'state_steps'} <= set(build_weighting('PCD').state_dict())
    assert not [name for name in build_weighting().state_dict() if name.startswith('state_')]
