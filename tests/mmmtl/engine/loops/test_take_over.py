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
