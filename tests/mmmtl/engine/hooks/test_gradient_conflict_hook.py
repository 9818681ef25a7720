import json
from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import HOOKS

from mmmtl.engine import GradientConflictHook
from mmmtl.engine.hooks.gradient_conflict_hook import cosines_by_pair
from mmmtl.evaluation.logged_scalars import read_scalars
from mmmtl.models.loss_weighting import EqualWeighting, TaskLosses
from mmmtl.models.loss_weighting.base import SharedTensors
from tests.utils.toy.weighting_runs import CONFIG, weighting_runner


class Watched:
    """A runner of one weighting alone, and what is written down."""

    def __init__(self, tasks=('seg', 'depth'), by_epoch=True):
        self.written = []
        self.model = torch.nn.Module()
        self.model.loss_weighting = EqualWeighting(tasks)
        self.iter, self.epoch = 0, 2
        self.log_processor = SimpleNamespace(by_epoch=by_epoch)
        self.visualizer = SimpleNamespace(
            add_scalars=lambda values, step: self.written.append(values)
        )

    def step(self, hook, losses, parameters):
        joined = {task: loss.detach() for task, loss in losses.items()}
        images = dict.fromkeys(losses, torch.tensor(1.0))
        shared = SharedTensors(parameters=tuple(parameters))
        self.model.loss_weighting(TaskLosses(losses, joined, images, shared))
        hook.after_train_iter(self, self.iter)
        self.iter += 1


def test_cosines_are_those_of_the_gradients():
    weight = torch.nn.Parameter(torch.tensor([2.0, 1.0]))
    losses = {
        'seg': 3 * weight[0],  # gradient (3, 0)
        'depth': weight[1] - weight[0],  # (-1, 1)
    }
    runner, hook = Watched(), HOOKS.build(dict(type='GradientConflictHook', interval=2))
    hook.before_train(runner)
    assert runner.model.loss_weighting.needs_shared_tensors
    for _ in range(4):
        runner.step(hook, losses, [weight])
    key = 'cosine/seg-depth'
    assert [set(values) for values in runner.written] == [{key, 'epoch', 'iter'}] * 2
    assert [values[key] for values in runner.written] == pytest.approx([-(0.5**0.5)] * 2)
    assert [values['iter'] for values in runner.written] == [1, 3]
    assert weight.grad is None
    hook.after_train(runner)
    assert not runner.model.loss_weighting.needs_shared_tensors
    runner.step(hook, losses, [weight])
    assert len(runner.written) == 2


def test_a_batch_of_one_task_is_not_measured_and_the_next_one_is():
    weight = torch.nn.Parameter(torch.ones(3))
    losses = {'seg': weight.sum(), 'depth': 2 * weight.sum()}
    runner, hook = Watched(by_epoch=False), GradientConflictHook(interval=9)
    hook.before_train(runner)
    runner.step(hook, {'seg': losses['seg']}, [weight])
    assert runner.written == []
    runner.step(hook, losses, [weight])
    assert runner.written == [{'cosine/seg-depth': pytest.approx(1), 'iter': 2}]


def test_pairs_without_a_cosine_are_left_out():
    gramian = torch.tensor([[4.0, 0, -6], [0, 0, 0], [-6, 0, 9]])
    assert cosines_by_pair(gramian, ('a', 'b', 'c')) == {'cosine/a-c': -1.0}
    assert cosines_by_pair(torch.full((2, 2), torch.nan), ('a', 'b')) == {}
    tiny = torch.tensor([[1.0, 1e-25], [1e-25, 0.0]])  # 1e-50 is none in single precision
    assert cosines_by_pair(tiny, ('a', 'b')) == {}


def test_a_training_is_the_same_with_the_hook(tmp_path):
    hooks = Config.fromfile(CONFIG).custom_hooks
    weights = []
    for name, more in (('with', [dict(type='GradientConflictHook', interval=1)]), ('without', [])):
        runner = weighting_runner(
            tmp_path / name, custom_hooks=[*hooks, *more], train_cfg__max_epochs=2
        )
        runner.train()
        weights.append(runner.model.state_dict())
    for name, value in weights[0].items():
        assert torch.equal(value, weights[1][name]), name
    measured = read_scalars(tmp_path / 'with').series('train', 'cosine/seg-depth')
    assert measured[0] == [1, 2]
    assert all(-1 <= value <= 1 for value in measured[1])
    (log,) = (tmp_path / 'without').glob('*/vis_data/scalars.json')
    assert not any('cosine' in json.dumps(line) for line in log.read_text().splitlines())


def test_mistakes():
    with pytest.raises(ValueError, match='interval: expected a number of iterations >= 1, found 0'):
        GradientConflictHook(interval=0)
    with pytest.raises(ValueError, match="iterations >= 1, found '50'"):
        GradientConflictHook(interval='50')
    with pytest.raises(ValueError, match="wrt: expected one of .* found 'heads'"):
        GradientConflictHook(wrt='heads')
    with pytest.raises(ValueError, match=r"two tasks, found \['seg'\]"):
        GradientConflictHook().before_train(Watched(tasks=('seg',)))
    with pytest.raises(ValueError, match='two tasks, found none'):
        GradientConflictHook().before_train(SimpleNamespace(model=torch.nn.Linear(1, 1)))
