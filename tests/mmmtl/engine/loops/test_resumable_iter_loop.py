"""Iterations over a sampler that never ends, and over one that does."""

import time

import pytest

from tests.utils.toy.toy_runs import ITER_CONFIG, assert_same_weights, read_trace, toy_runner

OPTIONS = dict(
    config=ITER_CONFIG,
    default_hooks__checkpoint=dict(by_epoch=False, interval=5, max_keep_ckpts=-1),
    train_dataloader__dataset__length=7,
)
SAMPLERS = dict(
    infinite=dict(type='InfiniteSampler', shuffle=True),
    finite=dict(type='DefaultSampler', shuffle=True),
)
WORKERS = dict(train_dataloader__num_workers=2, train_dataloader__persistent_workers=True)


def train(work_dir, sampler, **options):
    trace = str(work_dir / 'trace')
    sampler = dict(SAMPLERS[sampler], _delete_=True)
    options = {**OPTIONS, **options, 'train_dataloader__sampler': sampler}
    toy_runner(work_dir, model__trace=trace, **options).train()
    return work_dir


@pytest.mark.parametrize('sampler', SAMPLERS)
def test_resumed_equals_uninterrupted_whoever_loads(tmp_path, sampler):
    whole = train(tmp_path / 'whole', sampler)
    checkpoint = dict(resume=True, load_from=str(whole / 'iter_5.pth'))
    resumed = train(tmp_path / 'resumed', sampler, **checkpoint, **WORKERS)
    assert_same_weights(whole / 'iter_12.pth', resumed / 'iter_12.pth')
    first, second = read_trace(whole / 'trace'), read_trace(resumed / 'trace')
    assert second == {number: seen for number, seen in first.items() if number >= 5}
    images = sorted(int(100 * value // 10) for i in range(4) for value in first[i]['images'])
    if sampler == 'finite':  # a pass of four batches, the last of one image
        assert images == list(range(7))
    assert len({value for seen in first.values() for value in seen['images']}) > 20


def test_a_validation_that_was_due_is_made_first(tmp_path):
    options = dict(default_hooks__checkpoint=dict(by_epoch=False, interval=6, save_best=None))
    killed = train(tmp_path / 'killed', 'infinite', **options, train_cfg__max_iters=6)
    checkpoint = dict(resume=True, load_from=str(killed / 'iter_6.pth'))
    runner = toy_runner(tmp_path / 'resumed', **OPTIONS, **checkpoint, train_cfg__max_iters=7)
    validated = []
    runner.val_loop.run = lambda: validated.append(runner.iter)
    runner.train()
    assert validated == [6, 7]


def test_going_on_far_from_the_start_takes_no_time(tmp_path):
    runner = toy_runner(tmp_path, **OPTIONS, train_cfg__max_iters=100_001)
    runner.call_hook('before_run')
    runner.call_hook('before_train')
    batches = runner.train_dataloader.batch_sampler
    batches.endless = True
    batches.skip(100_000)
    start = time.perf_counter()
    next(iter(runner.train_dataloader))
    assert time.perf_counter() - start < 5
