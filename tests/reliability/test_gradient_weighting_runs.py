"""Loss weightings that look at gradients: killed and resumed, and on two processes."""

import pytest
import torch
from mmengine.runner import CheckpointLoader

from tests.utils.toy.weighting_runs import (
    assert_same_state,
    killed_and_resumed,
    train,
    train_on_two_processes,
)

# What remembers, draws at random or looks at features; all methods are trained on one and two
# processes by tests/mmmtl/models/loss_weighting/gradient/.
NAMES = [
    'gradient-gradvac', 'gradient-mgda-ub', 'gradient-nash-mtl', 'gradient-pcd',
    'gradient-pcgrad', 'gradnorm',
]  # fmt: skip


@pytest.fixture(scope='module')
def whole_runs(tmp_path_factory):
    root = tmp_path_factory.mktemp('whole')
    for name in NAMES:
        train(root / name, name)
    return root


@pytest.mark.e2e
@pytest.mark.parametrize('name', NAMES)
def test_killed_and_resumed_equals_uninterrupted(whole_runs, processes, tmp_path, name):
    killed_and_resumed(processes, tmp_path / name, name)
    assert_same_state(whole_runs / name / 'epoch_4.pth', tmp_path / name / 'epoch_4.pth')


@pytest.fixture(scope='module')
def on_two_processes(processes, tmp_path_factory):
    root = tmp_path_factory.mktemp('two')
    train_on_two_processes(processes, root, NAMES)
    return root


@pytest.mark.e2e
@pytest.mark.parametrize('name', NAMES)
def test_two_processes_equal_one(whole_runs, on_two_processes, name):
    # A batch of four on one process and two of two on two: the same images, partly labelled.
    one = CheckpointLoader.load_checkpoint(str(whole_runs / name / 'epoch_4.pth'))['state_dict']
    two = [torch.load(on_two_processes / name / f'rank_{rank}.state') for rank in (0, 1)]
    assert one['loss_weighting.iterations'] == 8
    assert one['loss_weighting.kept'] == 0
    for key, value in one.items():
        assert torch.equal(two[0][key], two[1][key]), key
        torch.testing.assert_close(two[0][key], value, rtol=1e-3, atol=1e-4, msg=key)
