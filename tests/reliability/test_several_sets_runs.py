"""Batches of one of two data sets each: killed and resumed, on two processes, in half precision."""

import math

import pytest
import torch
from mmengine.runner import CheckpointLoader

from mmmtl.evaluation import read_scalars
from mmmtl.models.segmentors.set_statistics import sets_with_statistics
from tests.utils.toy.toy_runs import TOY
from tests.utils.toy.weighting_runs import (
    EACH_ITERATION,
    assert_same_state,
    killed_and_resumed,
    train,
    train_on_two_processes,
    weighting_runner,
)

CONFIG = TOY / 'several_config.py'
BN = dict(type='BN', _delete_=True)
STATISTICS = dict(
    model__backbone__norm_cfg=BN,
    model__neck__norm_cfg=BN,
    model__set_statistics=['streets', 'office'],
)
IN_TURN = dict(train_dataloader__batch_sampler=dict(shares='uniform', order='turn'))
OVER_ROUND = dict(model__loss_weighting__over='round')
WORKERS = dict(train_dataloader__num_workers=1, train_dataloader__persistent_workers=True)
RUNS = {
    'uncertainty': {},
    'dwa': dict(
        train_dataloader__batch_sampler=dict(shares=dict(_delete_=True, streets=1, office=3))
    ),
    'gradient-mgda': {**IN_TURN, **OVER_ROUND},
    'famo': {**IN_TURN, **OVER_ROUND},
    'equal': dict(
        train_dataloader__batch_size=3,
        train_dataloader__batch_sampler=dict(
            _delete_=True, type='MultiSetBatchSampler', counts=dict(streets=1, office=2)
        ),
    ),
}


def options_of(name):
    return lambda: dict(config=CONFIG, train_cfg__max_epochs=2, **STATISTICS, **RUNS[name])


@pytest.mark.e2e
@pytest.mark.parametrize('name', RUNS)
def test_killed_and_resumed_equals_uninterrupted(processes, tmp_path, name):
    train(tmp_path / 'whole', name, **options_of(name)(), **WORKERS)
    # The fifth batch is the last one: in the middle of the first epoch, and of a round.
    killed_and_resumed(processes, tmp_path / name, name, options_of(name))
    assert_same_state(tmp_path / 'whole' / 'epoch_2.pth', tmp_path / name / 'epoch_2.pth')
    middle = CheckpointLoader.load_checkpoint(str(tmp_path / name / 'iter_5.pth'))
    assert ('loss_weighting_round' in middle) == (name == 'gradient-mgda')
    whole, killed = (read_scalars(tmp_path / run) for run in ('whole', name))
    key = 'office/depth/abs_err'
    assert whole.series('val', key)[1] == killed.series('val', key)[1] != []


@pytest.mark.e2e
def test_a_run_of_iterations_goes_on_too(processes, tmp_path):
    def options():
        return dict(
            config=CONFIG,
            train_dataloader__sampler=dict(type='InfiniteSampler', shuffle=True),
            train_cfg=dict(_delete_=True, type='IterBasedTrainLoop', max_iters=9, val_interval=9),
            default_hooks__checkpoint=dict(by_epoch=False, interval=9),
            log_processor=dict(by_epoch=False),
        )

    train(tmp_path / 'whole', 'uncertainty', **options())
    killed_and_resumed(processes, tmp_path / 'killed', 'uncertainty', options)
    assert_same_state(tmp_path / 'whole' / 'iter_9.pth', tmp_path / 'killed' / 'iter_9.pth')


@pytest.mark.e2e
def test_other_shares_are_refused_in_the_middle(tmp_path):
    train(tmp_path, 'equal', config=CONFIG, train_cfg__max_epochs=1, **EACH_ITERATION)
    middle = dict(config=CONFIG, resume=True, load_from=str(tmp_path / 'iter_5.pth'))
    with pytest.raises(ValueError, match=r'streets 3 \(50.0%.*found .*streets 2 \(33.3%'):
        train(
            tmp_path,
            'equal',
            train_dataloader__batch_sampler=dict(
                shares=dict(_delete_=True, streets=1, office=2), batches_per_epoch=6
            ),
            **middle,
        )


@pytest.mark.e2e
@pytest.mark.parametrize('name', ['uncertainty', 'gradient-mgda'])
def test_two_processes_equal_one(processes, tmp_path, name):
    options = dict(train_cfg__max_epochs=2, **RUNS[name])
    train(tmp_path / 'one', name, config=CONFIG, train_dataloader__batch_size=4, **options)
    train_on_two_processes(processes, tmp_path, [name], CONFIG, **options)
    one = CheckpointLoader.load_checkpoint(str(tmp_path / 'one' / 'epoch_2.pth'))['state_dict']
    two = [torch.load(tmp_path / name / f'rank_{rank}.state') for rank in (0, 1)]
    for key, value in one.items():
        assert torch.equal(two[0][key], two[1][key]), key
        torch.testing.assert_close(two[0][key], value, rtol=1e-4, atol=1e-5, msg=key)
    # 3 and 5 images on two processes: the repeated ones are measured once.
    alone, pair = (read_scalars(tmp_path / run) for run in ('one', name))
    for key in ('streets/seg/mIoU', 'streets/seg/aAcc', 'office/depth/abs_err'):
        assert pair.series('val', key)[1] == pytest.approx(alone.series('val', key)[1], rel=1e-3)


@pytest.mark.e2e
def test_half_precision(tmp_path):
    runner = weighting_runner(
        tmp_path,
        'uncertainty',
        config=CONFIG,
        train_cfg__max_epochs=2,
        optim_wrapper__type='AmpOptimWrapper',
        **STATISTICS,
    )
    runner.train()
    assert 'CpuAmp' in type(runner.optim_wrapper).__name__ or torch.cuda.is_available()
    assert sets_with_statistics(runner.model) == ('streets', 'office')
    for task in ('seg', 'depth'):
        raw = read_scalars(tmp_path).series('train', f'{task}/raw')[1]
        assert raw
        assert all(map(math.isfinite, raw))
    states = runner.model.state_dict()
    assert all(value.isfinite().all() for value in states.values())
    assert {value.dtype for value in states.values() if value.is_floating_point()} <= {
        torch.float32,
        torch.float64,
    }
