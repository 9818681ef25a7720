"""The states of every scheduler and of the usual optimizers come back from a checkpoint."""

import pickle

import pytest
import torch
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler
from mmengine.registry import PARAM_SCHEDULERS

from mmmtl.compat.checkpoint import UnsafeCheckpointError, read_checkpoint

ARGUMENTS = {
    'CosineAnnealing': dict(T_max=6),
    'CosineRestart': dict(periods=[2, 4], restart_weights=[1, 1], eta_min=0),
    'Exponential': dict(gamma=0.9),
    'MultiStep': dict(milestones=[2]),
    'OneCycle': dict(eta_max=1.0, total_steps=6),
    'Step': dict(step_size=2),
}
SCHEDULERS = sorted(
    name for name in PARAM_SCHEDULERS.module_dict if name.endswith(('LR', 'Momentum'))
)


def build(name):
    parameter = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([parameter], lr=0.1, momentum=0.9)
    kind = name.removesuffix('LR').removesuffix('Momentum')
    config = dict(type=name, optimizer=optimizer, **ARGUMENTS.get(kind, {}))
    return optimizer, PARAM_SCHEDULERS.build(config)


def values(optimizer, scheduler, count):
    found = []
    for _ in range(count):
        optimizer.step()
        scheduler.step(*([dict(loss=1.0)] if 'Plateau' in type(scheduler).__name__ else []))
        found += [optimizer.param_groups[0][key] for key in ('lr', 'momentum')]
    return found


@pytest.mark.parametrize('name', SCHEDULERS)
def test_a_scheduler_goes_on_where_it_was(tmp_path, name):
    optimizer, scheduler = build(name)
    values(optimizer, scheduler, 3)
    path = tmp_path / 'state.pth'
    torch.save(dict(scheduler=scheduler.state_dict(), optimizer=optimizer.state_dict()), path)
    state = read_checkpoint(path)
    other_optimizer, other = build(name)
    other.load_state_dict(state['scheduler'])
    other_optimizer.load_state_dict(state['optimizer'])
    assert values(other_optimizer, other, 2) == values(optimizer, scheduler, 2)


@pytest.mark.parametrize(
    'name', ['Adadelta', 'Adagrad', 'Adam', 'AdamW', 'Adamax', 'NAdam', 'RAdam', 'RMSprop', 'SGD']
)
def test_an_optimizer_s_state_is_kept(tmp_path, name):
    parameter = torch.nn.Parameter(torch.ones(3))
    optimizer = getattr(torch.optim, name)([parameter], lr=0.1)
    parameter.square().sum().backward()
    optimizer.step()
    torch.save(dict(optimizer=optimizer.state_dict()), tmp_path / 'state.pth')
    state = read_checkpoint(tmp_path / 'state.pth')['optimizer']
    assert state.keys() == optimizer.state_dict().keys()
    assert state['param_groups'] == optimizer.state_dict()['param_groups']


class Crafted:
    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize(
    ('value', 'reason'),
    [
        (Crafted(getattr, (OneCycleParamScheduler, 'load_state_dict')), 'asks for getattr'),
        (Crafted(getattr, (OneCycleParamScheduler, '__init__')), 'asks for getattr'),
        (Crafted(getattr, ([], 'append')), 'asks for getattr'),
        (Crafted(OneCycleParamScheduler, ()), 'holds a scheduler'),
        (OneCycleParamScheduler, 'as a value'),
        ([OneCycleParamScheduler._annealing_cos], 'as a value'),
    ],
)
def test_nothing_else_of_a_scheduler_is_answered(tmp_path, value, reason):
    path = tmp_path / 'crafted.pth'
    torch.save(dict(value=value), path, pickle_module=pickle)
    with pytest.raises(UnsafeCheckpointError, match=reason):
        read_checkpoint(path)
