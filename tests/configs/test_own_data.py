"""The experiments whose tasks have data of their own, on random data."""

from pathlib import Path

import pytest

from mmmtl.apis.launch import build_runner, load_config
from mmmtl.checks import check_config
from mmmtl.evaluation.logged_scalars import read_scalars
from mmmtl.models.segmentors.set_statistics import sets_with_statistics
from mmmtl.sets.config_sets import inner_sets, loader_places
from tests.configs.test_every_config import SEVERAL_SETS
from tests.utils.random_data import write_own_data

METRICS = dict(seg='camvid/seg/mIoU', depth='office/depth/abs_err')


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    return write_own_data(tmp_path_factory.mktemp('own'), dict(train=5, val=3))


def small(path, data, work_dir):
    options = {
        'train_cfg.max_epochs': 1,
        'train_cfg.val_interval': 1,
        'param_scheduler.0.total_steps': 1,
        'train_dataloader.batch_sampler.batches_per_epoch': 2,
        'model.backbone.widths': (8, 8, 8, 8, 8),
        'default_hooks.logger.interval': 1,
    }
    cfg = load_config(path, options, work_dir)
    if cfg.model.neck is not None:
        cfg.model.neck.widths = (8, 8, 8, 8, 8)
    for phase in ('train', 'val', 'test'):
        for loader in loader_places(cfg, phase).values():
            for one in inner_sets(loader.dataset).values() or [loader.dataset]:
                one.data_root = str(data / Path(one.data_root).name)
    return cfg


@pytest.mark.parametrize('path', SEVERAL_SETS, ids=lambda path: path.stem)
def test_it_trains_and_measures_each_set(path, data, tmp_path):
    cfg = small(path, data, tmp_path)
    assert check_config(cfg) == ()
    runner = build_runner(cfg)
    runner.train()
    tasks = list(cfg.model.decode_head)
    log = read_scalars(tmp_path)
    for task in tasks:
        assert len(log.series('train', f'{task}/raw')[1]) == 1  # one epoch, a batch of each
        assert len(log.series('val', METRICS[task])[1]) == 1
    both = len(tasks) == 2
    assert sets_with_statistics(runner.model) == (('camvid', 'office') if both else None)
    assert {METRICS[task] for task in tasks} <= set(runner.test())
