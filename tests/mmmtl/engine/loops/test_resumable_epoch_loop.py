"""Epochs of four batches that are left in their middle."""

import json

import pytest
import torch
from mmengine.runner import EpochBasedTrainLoop

from mmmtl.compat.checkpoint import load_from_local
from tests.utils.toy.toy_runs import assert_same_weights, read_trace, toy_runner

BY_ITERATION = dict(
    default_hooks__checkpoint=dict(by_epoch=False, interval=1, max_keep_ckpts=-1),
    custom_hooks=[dict(type='EpochSeedHook'), dict(type='EMAHook')],
    train_dataloader__dataset__length=7,
    train_cfg__max_epochs=3,
    param_scheduler=[
        dict(type='PolyLR', eta_min=0, power=0.9, begin=0, end=3, by_epoch=True),
        dict(type='LinearLR', start_factor=0.1, by_epoch=False, begin=0, end=10),
    ],
    log_processor=dict(window_size=3),
)
LAST = 'iter_12.pth'


def train(work_dir, **options):
    trace = str(work_dir / 'trace')
    runner = toy_runner(work_dir, model__trace=trace, **{**BY_ITERATION, **options})
    runner.train()
    return work_dir


def resume(work_dir, checkpoint, **options):
    return train(work_dir, resume=True, load_from=str(checkpoint), **options)


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    return train(tmp_path_factory.mktemp('whole'))


def lines_of(work_dir):
    """What was logged, without times."""
    [log] = work_dir.glob('*/vis_data/scalars.json')
    records = [json.loads(line) for line in log.read_text().splitlines()]
    return [{k: v for k, v in r.items() if not k.endswith('time')} for r in records]


# In the middle of an epoch, after its last batch, and with one batch left that is smaller.
@pytest.mark.parametrize('iteration', [5, 8, 11])
def test_resumed_equals_uninterrupted(whole, tmp_path, iteration):
    resumed = resume(tmp_path, whole / f'iter_{iteration}.pth')
    assert_same_weights(whole / LAST, resumed / LAST)
    first, second = load_from_local(str(whole / LAST)), load_from_local(str(resumed / LAST))
    assert first['param_schedulers'] == second['param_schedulers']
    for name, value in first['ema_state_dict'].items():
        assert value.equal(second['ema_state_dict'][name]), name
    expected = read_trace(whole / 'trace')
    assert read_trace(resumed / 'trace') == {
        number: seen for number, seen in expected.items() if number >= iteration
    }
    logged = lines_of(resumed)
    assert logged == lines_of(whole)[-len(logged) :]
    assert any('seg/mIoU' in record for record in logged)


def test_only_batches_that_are_left_are_read(whole, tmp_path):
    runner = toy_runner(tmp_path, resume=True, load_from=str(whole / 'iter_6.pth'), **BY_ITERATION)
    read = []
    dataset = runner.train_dataloader.dataset

    class Watched(type(dataset)):
        def __getitem__(self, index):
            read.append(index)
            return super().__getitem__(index)

    dataset.__class__ = Watched
    runner.train()
    # two batches of the second epoch (the last has one image), and the third epoch
    assert len(read) == 3 + 7
    assert set(read[3:]) == set(range(7))


def test_after_its_last_batch_an_epoch_is_only_ended_and_validated(tmp_path):
    one = dict(train_cfg__max_epochs=1)
    one['default_hooks__checkpoint'] = dict(by_epoch=False, interval=1, save_best=None)
    killed = train(tmp_path / 'killed', **one)
    resumed = resume(tmp_path / 'resumed', killed / 'iter_4.pth', **one)
    assert not (resumed / 'trace.0').exists()
    assert [record['step'] for record in lines_of(resumed) if 'seg/mIoU' in record] == [1]


def test_a_validation_that_was_made_is_not_repeated(whole, tmp_path):
    # The first validation found the best checkpoint, which saved the run once more.
    resumed = resume(tmp_path, whole / 'iter_4.pth', train_cfg__max_epochs=1)
    assert not list(resumed.glob('*/vis_data/scalars.json'))


def test_an_older_checkpoint_goes_on_by_its_numbers(whole, tmp_path):
    checkpoint = load_from_local(str(whole / 'iter_6.pth'))
    del checkpoint['training_position']
    torch.save(checkpoint, tmp_path / 'old.pth')
    assert_same_weights(whole / LAST, resume(tmp_path, tmp_path / 'old.pth') / LAST)


class OwnLoop(EpochBasedTrainLoop):
    pass


def test_a_loop_of_ones_own_cannot_go_on_in_the_middle(whole, tmp_path):
    runner = toy_runner(tmp_path, resume=True, load_from=str(whole / 'iter_6.pth'), **BY_ITERATION)
    runner._train_loop = OwnLoop(runner, runner._train_dataloader, max_epochs=3)
    with pytest.raises(ValueError, match='after batch 2 of an epoch, from which OwnLoop cannot'):
        runner.train()
