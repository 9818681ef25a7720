import pytest
import torch
from mmseg.registry import MODELS

from tests.utils.gradient_batches import TASKS, random_gradients, weights_of


def build(method='MGDA', tasks=TASKS, **config):
    return MODELS.build(dict(type='GradientWeighting', tasks=tasks, method=method, **config))


@pytest.mark.parametrize('method', ['GradVac', 'PCD', 'Nash-MTL'])
def test_what_is_remembered_of_a_missing_task_stays(method):
    args = dict(primary='normal') if method == 'PCD' else {}
    module = build(method, method_args=args)
    two = build(method, tasks=('seg', 'normal'), method_args=args)
    for seed in range(3):
        without = {task: g for task, g in random_gradients(seed).items() if task != 'depth'}
        assert weights_of(module, without) == pytest.approx(weights_of(two, without), rel=1e-6)
    states = {name: value for name, value in module.named_buffers() if name.startswith('state_')}
    first = dict(build(method).named_buffers())
    for name, value in states.items():
        if value.ndim:
            assert torch.equal(value[1], first[name][1]), name
            assert not torch.equal(value, first[name]), name


@pytest.mark.parametrize('method', ['GradVac', 'PCD', 'Nash-MTL'])
def test_the_resume_test_can_fail(method):
    first, fresh = build(method), build(method)
    for seed in range(4):
        weights_of(first, random_gradients(seed))
    fresh.iterations.fill_(4)
    assert weights_of(fresh, random_gradients(4)) != weights_of(first, random_gradients(4))


def test_nash_mtl_is_solved_or_says_that_it_is_not():
    module, same = build('Nash-MTL'), build('FairGrad')  # alpha = 1 is the same equation
    kept = 0
    for seed in range(12):
        found, expected = (weights_of(m, random_gradients(seed)) for m in (module, same))
        if module.kept == kept:
            assert found == pytest.approx(expected, rel=0.05)
        kept = module.kept.item()
    assert kept < 6
