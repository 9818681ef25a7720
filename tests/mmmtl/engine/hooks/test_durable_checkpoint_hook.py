from types import SimpleNamespace

import pytest
from mmengine.hooks import Hook

from mmmtl.engine import DurableCheckpointHook
from mmmtl.engine.hooks import durable_checkpoint_hook
from tests.utils.toy.toy_runs import CONFIG, toy_runner

HOOKS = [dict(type='EpochSeedHook'), dict(type='SyncNormStatsHook')]


def saving(**options):
    return dict(
        custom_hooks=HOOKS,
        default_hooks__checkpoint=dict(_delete_=True, type='DurableCheckpointHook', **options),
    )


def test_it_saves_by_the_clock(tmp_path, monkeypatch):
    class Clock(Hook):
        now = 0.0

        def before_train_iter(self, runner, batch_idx, data_batch=None):
            Clock.now += 20  # seconds a step

    clock = SimpleNamespace(monotonic=lambda: Clock.now)
    monkeypatch.setattr(durable_checkpoint_hook, 'time', clock)
    runner = toy_runner(
        tmp_path, CONFIG, **saving(interval='1.5 min', max_keep_ckpts=2, by_epoch=True)
    )
    runner.register_hook(Clock())
    runner.train()  # 16 steps: 100 s after 5, 10 and 15, and the last one
    assert {path.name for path in tmp_path.glob('*.pth')} == {'iter_15.pth', 'iter_16.pth'}
    assert runner.message_hub.get_info('keep_ckpt_ids') == [15, 16]


@pytest.mark.parametrize('background', [False, True])
def test_what_is_old_is_removed_when_what_is_new_is_there(tmp_path, monkeypatch, background):
    seen = []
    remove_now = durable_checkpoint_hook._RemovesLater.remove_now

    def look(later, keep):
        before = sorted(path.name for path in tmp_path.glob('*.pth'))
        remove_now(later, keep)
        seen.append((before, sorted(path.name for path in tmp_path.glob('*.pth'))))

    monkeypatch.setattr(durable_checkpoint_hook._RemovesLater, 'remove_now', look)
    options = saving(
        interval=1,
        max_keep_ckpts=1,
        save_best='seg/mIoU',
        rule='greater',
        background=background,
    )
    toy_runner(tmp_path, CONFIG, **options, train_cfg__max_epochs=2).train()
    assert (['epoch_1.pth', 'epoch_2.pth'], ['epoch_2.pth']) in [
        tuple([name for name in names if 'best' not in name] for names in pair) for pair in seen
    ]
    assert all(after for _, after in seen)
    assert len(list(tmp_path.glob('best_*.pth'))) == 1


@pytest.mark.parametrize('interval', ['10', '10 minutes', '0s', '-1h', '', None, 2.5, True])
def test_what_is_no_time_is_refused(interval):
    with pytest.raises(ValueError, match=r"interval: .* such as '30s', '10min' or '2h', found"):
        DurableCheckpointHook(interval)
