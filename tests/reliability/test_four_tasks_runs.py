"""Two tasks of classes, a mask and a depth, partly labelled: killed, resumed, on two processes."""

import pytest
import torch
from mmengine.runner import CheckpointLoader

from mmmtl.evaluation import read_scalars
from tests.utils.toy.weighting_runs import (
    FOUR_TASKS,
    assert_same_state,
    killed_and_resumed,
    train,
    train_on_two_processes,
    weighting_runner,
)

NAMES = ['gradient-pcgrad', 'uncertainty-kendall']
TASKS = ['seg', 'depth', 'parts', 'edge']


@pytest.fixture(scope='module')
def whole_runs(tmp_path_factory):
    root = tmp_path_factory.mktemp('whole')
    for name in NAMES:
        train(root / name, name, config=FOUR_TASKS)
    return root


def state(path):
    return CheckpointLoader.load_checkpoint(str(path / 'epoch_4.pth'))['state_dict']


@pytest.mark.e2e
@pytest.mark.parametrize('name', NAMES)
def test_every_task_learns(whole_runs, name):
    scalars = read_scalars(whole_runs / name)
    start = state(whole_runs / name)
    for task in TASKS:
        raw = scalars.series('train', f'{task}/raw')[1]
        assert len(raw) >= 4
        assert all(value > 0 for value in raw)
        assert f'decode_head.{task}.conv_seg.weight' in start


@pytest.mark.e2e
def test_classes_and_masks_are_classifications_to_kendall(whole_runs, tmp_path):
    runner = weighting_runner(tmp_path, 'uncertainty-kendall', config=FOUR_TASKS)
    weighting = runner.model.loss_weighting
    assert weighting.tasks == tuple(TASKS)
    assert weighting.factors == dict(seg=1, depth=2, parts=1, edge=1)
    learned = state(whole_runs / 'uncertainty-kendall')['loss_weighting.log_variance']
    assert len(set(learned.tolist()) | {-0.5}) == 5  # all four have left the start
    weights = read_scalars(whole_runs / 'uncertainty-kendall').series('train', 'depth/weight')[1]
    assert weights[0] == pytest.approx(torch.tensor(0.5).exp().item() / 2, rel=0.01)


@pytest.mark.e2e
@pytest.mark.parametrize('name', NAMES)
def test_killed_and_resumed_equals_uninterrupted(whole_runs, processes, tmp_path, name):
    killed_and_resumed(processes, tmp_path / name, name, lambda: dict(config=FOUR_TASKS))
    assert_same_state(whole_runs / name / 'epoch_4.pth', tmp_path / name / 'epoch_4.pth')


@pytest.fixture(scope='module')
def on_two_processes(processes, tmp_path_factory):
    root = tmp_path_factory.mktemp('two')
    train_on_two_processes(processes, root, NAMES, FOUR_TASKS)
    return root


@pytest.mark.e2e
@pytest.mark.parametrize('name', NAMES)
def test_two_processes_equal_one(whole_runs, on_two_processes, name):
    one = state(whole_runs / name)
    two = [torch.load(on_two_processes / name / f'rank_{rank}.state') for rank in (0, 1)]
    for key, value in one.items():
        assert torch.equal(two[0][key], two[1][key]), key
        torch.testing.assert_close(two[0][key], value, rtol=1e-3, atol=1e-4, msg=key)
