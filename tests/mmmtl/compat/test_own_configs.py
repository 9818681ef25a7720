import pytest
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.apis.launch import load_config
from tests.utils.paths import CONFIGS


def test_a_config_inherits_from_the_package(tmp_path):
    path = tmp_path / 'mine.py'
    path.write_text(
        "_base_ = ['mmmtl::mtan_segnet_cityscapes7.py', 'mmmtl::_base_/weightings/dwa.py']\n"
        'model = dict(loss_weighting={{_base_.loss_weighting}}, '
        'backbone=dict(widths=[4] * 5), neck=dict(widths=[4] * 5), '
        'decode_head=dict(seg=dict(in_channels=4), depth=dict(in_channels=4)))\n'
    )
    cfg = load_config(path)
    base = Config.fromfile(CONFIGS / 'mtan_segnet_cityscapes7.py')
    assert cfg.train_dataloader == base.train_dataloader
    assert '_scope_' not in cfg.pretty_text
    assert list(MODELS.build(cfg.model).tasks) == ['seg', 'depth']


def test_a_config_of_mmseg_is_found_as_before(tmp_path):
    path = tmp_path / 'mine.py'
    path.write_text("_base_ = 'mmseg::_base_/models/fcn_unet_s5-d16.py'\n")
    assert Config.fromfile(path).model.type == 'EncoderDecoder'


def test_a_base_that_is_not_there(tmp_path):
    path = tmp_path / 'mine.py'
    path.write_text("_base_ = 'mmmtl::mtan_segnet_cityscape7.py'\n")
    with pytest.raises(FileNotFoundError, match='Is it mmmtl::mtan_segnet_cityscapes7.py'):
        Config.fromfile(path)
