from types import SimpleNamespace

import pytest
import torch

from mmmtl.engine.epoch_log import EpochLog
from mmmtl.models.loss_weighting import TaskLosses


def batch(losses, images):
    joined = {task: torch.tensor(loss) for task, loss in losses.items()}
    return TaskLosses(joined, joined, {task: torch.tensor(n) for task, n in images.items()})


def weights(**values):
    return {task: torch.tensor(value, requires_grad=True) for task, value in values.items()}


@pytest.fixture
def log():
    """Four images, then two of which one has no depth; none has a normal."""
    log = EpochLog(['seg', 'depth', 'normal'])
    log.add(batch(dict(seg=1.0, depth=3.0), dict(seg=4, depth=4)), weights(seg=0.5, depth=1.0))
    log.add(batch(dict(seg=4.0, depth=8.0), dict(seg=2, depth=1)), weights(seg=2.0, depth=0.5))
    return log


class Runner:
    """Stands for a runner: keeps what is logged."""

    def __init__(self):
        self.lines, self.scalars = [], []
        self.logger = SimpleNamespace(info=self.lines.append)
        add = lambda values, step: self.scalars.append((values, step))  # noqa: E731
        self.visualizer = SimpleNamespace(add_scalars=add)


EXPECTED = {
    'seg/epoch_raw': (4 * 1 + 2 * 4) / 6,
    'seg/epoch_weight': (4 * 0.5 + 2 * 2) / 6,
    'seg/epoch_weighted': (4 * 0.5 * 1 + 2 * 2 * 4) / 6,
    'depth/epoch_raw': (4 * 3 + 8) / 5,
    'depth/epoch_weight': (4 * 1 + 0.5) / 5,
    'depth/epoch_weighted': (4 * 3 + 0.5 * 8) / 5,
}


def test_means_are_over_the_labelled_images_of_an_epoch(log):
    runner = Runner()
    log.write(runner, epoch=3, iteration=20)
    ((scalars, step),) = runner.scalars
    assert step == 20
    assert scalars.pop('epoch') == 3
    assert scalars.pop('iter') == 20
    assert scalars == pytest.approx(EXPECTED)
    assert runner.lines[0].startswith('Epoch(train) [3]  seg/epoch_raw: 2.0000  seg/epoch_weight: ')


def test_a_run_that_counts_iterations_has_no_epoch(log):
    runner = Runner()
    log.write(runner, epoch=None, iteration=20)
    ((scalars, _),) = runner.scalars
    assert 'epoch' not in scalars
    assert runner.lines[0].startswith('Iter(train) [20]  seg/epoch_raw: 2.0000')


def test_tasks_without_labels_are_known(log):
    assert log.unlabelled() == ['normal']


def test_a_new_epoch_remembers_nothing(log):
    log.reset()
    assert log.unlabelled() == ['seg', 'depth', 'normal']
    log.add(batch(dict(seg=7.0), dict(seg=1)), weights(seg=2.0))
    runner = Runner()
    log.write(runner, epoch=1, iteration=1)
    scalars = runner.scalars[0][0]
    assert scalars['seg/epoch_raw'] == 7
    assert scalars['seg/epoch_weighted'] == 14
    assert 'depth/epoch_raw' not in scalars


def test_the_means_are_part_of_a_checkpoint(log):
    other = EpochLog(['seg', 'depth', 'normal'])
    other.load_state_dict(log.state_dict())
    assert other.raw.mean.tolist() == pytest.approx([2, 4, 0])
    assert not other.weight.mean.requires_grad


@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_a_weight_that_was_not_finite_is_found(log, bad):
    log.check()
    log.add(batch(dict(seg=1.0), dict(seg=1)), weights(seg=bad))
    log.add(batch(dict(seg=1.0), dict(seg=1)), weights(seg=1.0))
    with pytest.raises(FloatingPointError, match=r"weights of \['seg', 'depth', 'normal'\], found"):
        log.check()
