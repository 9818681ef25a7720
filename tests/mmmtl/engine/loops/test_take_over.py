import sys

import pytest
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop

from mmmtl.engine.loops import ResumableEpochLoop, ResumableIterLoop, take_over
from tests.utils.toy.toy_runs import CONFIG, ITER_CONFIG, toy_runner


@pytest.mark.parametrize(
    ('config', 'stock', 'own'),
    [
        (CONFIG, EpochBasedTrainLoop, ResumableEpochLoop),
        (ITER_CONFIG, IterBasedTrainLoop, ResumableIterLoop),
    ],
)
def test_loops_of_mmengine_are_changed_and_others_are_not(tmp_path, config, stock, own):
    runner = toy_runner(tmp_path, config)
    loop = runner.build_train_loop(runner._train_loop)
    assert type(loop) is stock
    before = vars(loop) | {'dataloader_iterator': None}
    assert take_over(loop)
    assert type(loop) is own
    assert vars(loop) | {'dataloader_iterator': None} == before
    assert take_over(loop)

    class Other(stock):
        pass

    loop.__class__ = Other
    assert not take_over(loop)
    assert type(loop) is Other


@pytest.mark.parametrize('hook', ['DurableCheckpointHook', 'PreemptionHook'])
@pytest.mark.parametrize('takes_over', [False, True])
def test_checkpoints_within_an_epoch_need_a_loop_that_goes_on_there(
    tmp_path, monkeypatch, hook, takes_over
):
    said = []
    monkeypatch.setattr(
        sys.modules['mmmtl.engine.loops.take_over'],
        'print_log',
        lambda text, **how: said.append(text),
    )
    monkeypatch.setattr('mmmtl.apis.launch._HOOKS', ())
    custom = ['PreemptionHook'] * (hook == 'PreemptionHook') + ['EpochSeedHook'] * takes_over
    saves = dict(_delete_=True, type='DurableCheckpointHook', by_epoch=hook == 'PreemptionHook')
    runner = toy_runner(
        tmp_path,
        custom_hooks=[dict(type=kind) for kind in custom],
        default_hooks__checkpoint=saves,
        train_cfg__max_epochs=1,
    )
    runner.train()
    assert len(said) == (not takes_over)
    assert all('counts its iterations twice; with EpochSeedHook' in text for text in said)
