"""Every loss weighting that looks at losses: killed and resumed, and on two processes."""

import signal

import pytest
import torch
from mmengine.runner import CheckpointLoader

from mmmtl.evaluation import read_scalars
from tests.utils.toy.weighting_runs import (
    EACH_ITERATION,
    WEIGHTINGS,
    assert_same_state,
    killed_and_resumed,
    train,
    train_on_two_processes,
)

NAMES = sorted(
    path.stem
    for path in WEIGHTINGS.glob('*.py')
    if not path.stem.startswith(('gradient', 'gradnorm'))
)


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


@pytest.mark.e2e
@pytest.mark.parametrize('name', ['dwa', 'learnable'])
def test_epochs_of_iterations_go_on_in_their_middle(processes, tmp_path, name):
    # Checkpoints after every 4 iterations, epochs of 3.
    def options():
        return dict(
            train_dataloader__sampler=dict(type='InfiniteSampler', shuffle=True),
            train_cfg=dict(_delete_=True, type='IterBasedTrainLoop', max_iters=8),
            default_hooks__checkpoint=dict(by_epoch=False, interval=4),
            log_processor=dict(by_epoch=False),
            custom_hooks__2__interval=3,
        )

    train(tmp_path / 'whole', name, **options())
    killed_and_resumed(processes, tmp_path / 'killed', name, options)
    assert_same_state(tmp_path / 'whole' / 'iter_8.pth', tmp_path / 'killed' / 'iter_8.pth')
    for key in ('seg/epoch_raw', 'depth/epoch_weight'):  # logged at 3 and 6, seen again from 5 on
        whole, killed = (
            read_scalars(tmp_path / run).series('train', key) for run in ('whole', 'killed')
        )
        assert whole[0] == killed[0] == [3, 6]
        assert killed[1] == whole[1]


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
    for key, value in one.items():
        assert torch.equal(two[0][key], two[1][key]), key
        torch.testing.assert_close(two[0][key], value, rtol=1e-4, atol=1e-5, msg=key)


@pytest.mark.e2e
def test_two_processes_go_on_in_the_middle_and_so_does_one(on_two_processes, processes, tmp_path):
    def in_two(**options):
        train_on_two_processes(processes, tmp_path, ['dwa'], **options)

    in_two(ends=-signal.SIGKILL, custom_hooks__3__iteration=4, **EACH_ITERATION)
    checkpoint = dict(resume=True, load_from=str(tmp_path / 'dwa' / 'iter_5.pth'))
    in_two(resume=True)
    whole = on_two_processes / 'dwa'
    assert_same_state(whole / 'epoch_4.pth', tmp_path / 'dwa' / 'epoch_4.pth')
    for rank in (0, 1):
        first, second = (torch.load(f / f'rank_{rank}.state') for f in (whole, tmp_path / 'dwa'))
        assert all(torch.equal(value, second[key]) for key, value in first.items())
    one = train(tmp_path / 'one', 'dwa', **checkpoint).model.state_dict()
    for key, value in second.items():
        torch.testing.assert_close(one[key], value, rtol=1e-4, atol=1e-5, msg=key)
    with pytest.raises(ValueError, match=r'with 4 images in each step .*, found 2 \(1 processes'):
        train(tmp_path / 'half', 'dwa', train_dataloader__batch_size=2, **checkpoint)
