"""The command line of train."""

import os

import pytest
from mmengine.config import Config

from tests.utils.toy.toy_runs import CONFIG


def test_the_toy_config_is_a_config():
    assert Config.fromfile(CONFIG).model.type == 'ToySegmentor'


def test_train_defaults(config_of):
    cfg = config_of('train', CONFIG)
    assert cfg.launcher == 'none'
    assert cfg.work_dir == os.path.join('work_dirs', 'toy_config')
    assert not cfg.get('resume')
    assert cfg.optim_wrapper.type == 'OptimWrapper'


def test_train_options(config_of, tmp_path):
    options = ('--cfg-options', 'train_cfg.max_epochs=7', 'model.sizes=[(1,2),(3,4)]')
    cfg = config_of(
        'train', CONFIG, '--work-dir', tmp_path, '--amp', '--launcher', 'pytorch', *options
    )
    assert cfg.work_dir == str(tmp_path)
    assert cfg.launcher == 'pytorch'
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.train_cfg.max_epochs == 7
    assert cfg.model.sizes == [(1, 2), (3, 4)]


def test_resume_without_a_file(config_of):
    cfg = config_of('train', CONFIG, '--resume')
    assert cfg.resume
    assert cfg.load_from is None


def test_resume_from_a_file(config_of, checkpoint):
    cfg = config_of('train', CONFIG, '--resume', checkpoint)
    assert cfg.resume
    assert cfg.load_from == checkpoint


def test_resume_of_the_config_is_kept(config_of):
    assert config_of('train', CONFIG, '--cfg-options', 'resume=True').resume


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        (['nowhere.py'], r"no config file 'nowhere\.py'"),
        ([CONFIG, '--resume', 'nowhere.pth'], r"no checkpoint file 'nowhere\.pth'"),
    ],
)
def test_missing_files(config_of, args, message):
    with pytest.raises(FileNotFoundError, match=message):
        config_of('train', *args)


def test_the_learning_rate_is_scaled_on_request(config_of):
    base = ('--cfg-options', 'auto_scale_lr.base_batch_size=16')
    cfg = config_of('train', CONFIG, '--auto-scale-lr', *base)
    assert cfg.auto_scale_lr == dict(base_batch_size=16, enable=True)
    assert 'enable' not in config_of('train', CONFIG, *base).auto_scale_lr


def test_configs_of_the_package_have_their_own_work_dirs(config_of):
    cfg = config_of('train', 'mmmtl::split_segnet_nyuv2.py')
    assert cfg.work_dir == os.path.join('work_dirs', 'split_segnet_nyuv2')
    assert list(cfg.model.decode_head) == ['seg', 'depth', 'normal']
