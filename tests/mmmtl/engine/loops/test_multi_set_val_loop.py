from pathlib import Path

import pytest
from mmengine.runner import CheckpointLoader, TestLoop
from mmseg.registry import LOOPS

from mmmtl.engine.loops import MultiSetValLoop
from mmmtl.evaluation.logged_scalars import read_scalars
from tests.utils.toy.toy_runs import TOY, toy_runner

CONFIG = TOY / 'several_config.py'
BEST = dict(default_hooks__checkpoint=dict(type='CheckpointHook', save_best='office/depth/abs_err'))


def alone(runner, name):
    """The metrics of mmengine's own loop on one of the data sets."""
    cfg = runner.cfg
    return TestLoop(runner, cfg.val_dataloader[name], cfg.val_evaluator[name]).run()


def test_it_is_registered():
    assert LOOPS.get('MultiSetValLoop') is MultiSetValLoop


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp('several')
    runner = toy_runner(folder, CONFIG, log_level='INFO', **BEST)
    runner.train()
    return runner


def test_each_set_is_measured_as_by_a_loop_of_its_own(trained):
    several = trained.val_loop.run()
    trained._test_loop = trained.val_loop  # whose length the log states
    assert [key.partition('/')[0] for key in several] == ['streets'] * 3 + ['office'] * 6
    for name in ('streets', 'office'):
        own = {f'{name}/{key}': value for key, value in alone(trained, name).items()}
        assert own == {key: value for key, value in several.items() if key.startswith(name)}


def test_log_best_checkpoint_and_pictures_find_the_names(trained):
    folder = Path(trained.work_dir)
    log = read_scalars(folder)
    epochs, values = log.series('val', 'office/depth/abs_err')
    assert epochs == [2, 4]
    assert log.series('val', 'streets/seg/mIoU')[0] == [2, 4]
    (file,) = folder.glob('best_office_depth_abs_err_*.pth')
    best = CheckpointLoader.load_checkpoint(str(file))
    assert best['meta']['epoch'] == epochs[values.index(min(values))]
    (text,) = folder.glob('*/*.log')
    said = text.read_text()
    assert 'Epoch(val) [4][7/7]' in said  # two batches of streets, five of offices
    assert 'Metrics of streets, 3 images:' in said
    assert '6 batches in an epoch, each of one data set, random: streets 3 (50.0%' in said
    assert trained.visualizer.dataset_meta['classes'] == ('a', 'b', 'c')


def test_without_a_prefix_the_names_are_those_of_the_tasks(tmp_path):
    runner = toy_runner(
        tmp_path,
        CONFIG,
        train_cfg__max_epochs=2,
        val_cfg__prefix=False,
        default_hooks__checkpoint=dict(type='CheckpointHook', save_best='seg/mIoU'),
    )
    runner.train()
    assert read_scalars(tmp_path).series('val', 'depth/abs_err')[0] == [2]
    assert list(tmp_path.glob('best_seg_mIoU_epoch_2.pth'))


def test_a_best_that_is_not_measured_is_named_with_the_names_there_are(tmp_path):
    best = dict(type='CheckpointHook', save_best='seg/mIoU', rule='greater')
    runner = toy_runner(tmp_path, CONFIG, default_hooks__checkpoint=best)
    with pytest.raises(ValueError, match=r"found 'seg/mIoU'; 'streets/seg/mIoU' is measured"):
        runner.train()
