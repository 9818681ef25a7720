import math

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.loss_weighting.gradient.torchjd_methods import GRADIENT_METHODS
from tests.utils.gradient_batches import TASKS, random_gradients, weights_of


def build(method='MGDA', tasks=TASKS, **config):
    return MODELS.build(dict(type='GradientWeighting', tasks=tasks, method=method, **config))


@pytest.mark.parametrize('method', ['PCGrad', 'GradVac'])
def test_draws_depend_on_seed_and_iteration_and_leave_others_alone(method):
    def draws(**config):
        module = build(method, **config)
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
    plain, smooth = build('IMTL-G'), build('IMTL-G', smoothing=0.75)
    average = dict.fromkeys(TASKS, 1.0)
    for seed in range(3):
        new = weights_of(plain, random_gradients(seed))
        average = {task: 0.75 * average[task] + 0.25 * new[task] for task in TASKS}
        assert weights_of(smooth, random_gradients(seed)) == pytest.approx(average)


@pytest.mark.parametrize('config', [dict(scale='mean'), dict(smoothing=1), dict(seed=-1)])
def test_wrong_settings_are_named(config):
    (name,) = config
    with pytest.raises(ValueError, match=f'^{name}: expected'):
        build(**config)


def test_a_method_that_fails_keeps_the_last_weights():
    module = build()
    before = weights_of(module, random_gradients(2))
    for bad in ([math.nan] * 3, [0.0, 0.0, 0.0], [-1.0, 0.5, 0.2]):
        module.method.rule = lambda gramian, bad=bad: torch.tensor(bad, dtype=gramian.dtype)
        assert weights_of(module, random_gradients(2)) == before
    assert module.kept == 3


@pytest.mark.parametrize('method', sorted(set(GRADIENT_METHODS) - {'Krum'}))
def test_weights_add_up_to_the_number_of_tasks(method):
    assert sum(weights_of(build(method), random_gradients(2)).values()) == pytest.approx(3)
