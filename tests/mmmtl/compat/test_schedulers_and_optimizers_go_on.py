"""The states of every scheduler and of the usual optimizers come back from a checkpoint."""

import pytest
import torch
from mmengine.registry import PARAM_SCHEDULERS

from mmmtl.compat.checkpoint import read_checkpoint

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
