import numpy as np
import pytest
from mmengine.hooks import DistSamplerSeedHook, Hook
from mmseg.registry import HOOKS

from mmmtl.engine import EpochSeedHook
from tests.utils.toy.toy_runs import (
    CONFIG,
    ITER_CONFIG,
    assert_same_weights,
    read_trace,
    toy_runner,
)

PERSISTENT = dict(train_dataloader__num_workers=2, train_dataloader__persistent_workers=True)
WORKERS = dict(train_dataloader__num_workers=2)
ITERATIONS = 4  # in an epoch


def train(work_dir, **options):
    toy_runner(work_dir, model__trace=str(work_dir / 'trace'), **options).train()
    return work_dir


def augmentations(work_dir):
    """Gives what was added to each image in each iteration, whatever the order of the images."""
    trace = read_trace(work_dir / 'trace')
    return [[round(100 * value % 10, 4) for value in trace[i]['images']] for i in range(len(trace))]


def by_epoch(work_dir):
    values = augmentations(work_dir)
    return [sorted(sum(values[i : i + ITERATIONS], [])) for i in range(0, len(values), ITERATIONS)]


def test_it_is_registered_and_comes_first():
    assert HOOKS.get('EpochSeedHook') is EpochSeedHook
    assert EpochSeedHook.priority == 'HIGHEST'
    assert DistSamplerSeedHook.priority == 'NORMAL'


@pytest.fixture
def no_hook(monkeypatch):
    """Runs get no hooks but those of their config."""
    monkeypatch.setattr('mmmtl.apis.launch._HOOKS', ())


def test_without_the_hook_every_epoch_repeats_itself(tmp_path, no_hook):
    train(tmp_path, **WORKERS, custom_hooks=[])
    first, *others = by_epoch(tmp_path)
    for epoch in others:
        np.testing.assert_allclose(epoch, first, atol=1e-3)


def test_without_the_hook_a_resumed_run_differs(tmp_path, no_hook):
    options = dict(custom_hooks=[])
    whole = train(tmp_path / 'whole', **options)
    resumed = train(
        tmp_path / 'resumed', resume=True, load_from=str(whole / 'epoch_2.pth'), **options
    )
    with pytest.raises(AssertionError):
        assert_same_weights(whole / 'epoch_4.pth', resumed / 'epoch_4.pth')


def test_augmentations_differ_from_epoch_to_epoch(tmp_path):
    values = sum(by_epoch(train(tmp_path)), [])
    assert len(values) == 32
    assert len(set(values)) > 30


@pytest.mark.parametrize('config', [CONFIG, ITER_CONFIG], ids=['epochs', 'iterations'])
def test_the_number_of_workers_and_their_life_change_nothing(tmp_path, config):
    last = 'epoch_4.pth' if config == CONFIG else 'iter_12.pth'
    alone = train(tmp_path / 'alone', config=config)
    for number, options in enumerate([WORKERS, PERSISTENT]):
        other = train(tmp_path / str(number), config=config, **options)
        assert read_trace(other / 'trace') == read_trace(alone / 'trace')
        assert_same_weights(other / last, alone / last)


def test_a_seed_that_no_config_names_is_resumed(tmp_path):
    options = dict(randomness=dict(seed=None), **WORKERS)
    whole = train(tmp_path / 'whole', **options)
    resumed = train(
        tmp_path / 'resumed', resume=True, load_from=str(whole / 'epoch_2.pth'), **options
    )
    assert_same_weights(whole / 'epoch_4.pth', resumed / 'epoch_4.pth')


def test_another_seed_gives_other_weights(tmp_path):
    first = train(tmp_path / 'first', train_cfg__max_epochs=1)
    other = train(tmp_path / 'other', train_cfg__max_epochs=1, randomness__seed=4)
    with pytest.raises(AssertionError):
        assert_same_weights(first / 'epoch_1.pth', other / 'epoch_1.pth')


@pytest.mark.parametrize('options', [{}, WORKERS, PERSISTENT], ids=['0', '2', 'persistent'])
def test_an_iteration_based_run_resumes_exactly(tmp_path, options):
    options = dict(config=ITER_CONFIG, randomness=dict(seed=None), **options)
    whole = train(tmp_path / 'whole', **options)
    resumed = train(
        tmp_path / 'resumed', resume=True, load_from=str(whole / 'iter_6.pth'), **options
    )
    assert_same_weights(whole / 'iter_12.pth', resumed / 'iter_12.pth')
    values = sum(augmentations(whole), [])
    assert len(values) == 24
    assert len(set(values)) > 22


def test_an_iteration_based_run_over_a_finite_sampler_does_not_repeat_itself(tmp_path, monkeypatch):
    monkeypatch.setattr('mmengine.runner.loops.time.sleep', lambda seconds: None)
    options = dict(train_dataloader__sampler__type='DefaultSampler', **WORKERS)
    values = sum(augmentations(train(tmp_path, config=ITER_CONFIG, **options)), [])
    assert len(values) == 24
    assert len(set(values)) > 22


class WorkersHook(Hook):
    """Keeps the processes that load."""

    def __init__(self):
        self.seen = []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.seen.append({worker.pid for worker in runner.train_dataloader._iterator._workers})


def test_persistent_workers_live_on(tmp_path):
    runner = toy_runner(tmp_path, train_cfg__max_epochs=3, **PERSISTENT)
    workers = WorkersHook()
    runner.register_hook(workers)
    runner.train()
    assert len(workers.seen) == 3 * ITERATIONS
    assert all(seen == workers.seen[0] for seen in workers.seen)


def test_data_that_has_no_batches_is_named(tmp_path, capfd):
    runner = toy_runner(tmp_path, train_dataloader__batch_size=None)
    EpochSeedHook().before_train(runner)
    assert 'what its transforms draw is not seeded' in capfd.readouterr().out


@pytest.mark.parametrize('own', [False, True])
def test_samplers_share_the_seed_of_the_run(tmp_path, own):
    runner = toy_runner(tmp_path, randomness=dict(seed=5, diff_rank_seed=own))
    hook = EpochSeedHook()
    runner._rank = 2
    if own:
        runner._seed = 5 + 2  # mmengine adds the rank
    hook.before_train(runner)
    assert runner.train_dataloader.sampler.seed == 5
