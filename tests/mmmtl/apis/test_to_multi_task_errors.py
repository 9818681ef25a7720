"""What of a config cannot be turned is named."""

import pytest
from mmengine.config import ConfigDict
from mmengine.hub import get_config

from mmmtl.apis.to_multi_task_heads import regression_head
from mmmtl.tasks import DEPTH, SEG
from tests.utils.mmseg_families import family_config
from tests.utils.turned import DATASET, psp, turn


def changed(**changes):
    cfg = psp()
    for key, value in changes.items():
        cfg.merge_from_dict({key.replace('__', '.'): value})
    return cfg


@pytest.mark.parametrize(
    ('changes', 'options', 'reason'),
    [
        (dict(model__type='DepthEstimator'), {}, r"model\.type: .*'DepthEstimator': it predicts"),
        (dict(model__type='Mine'), {}, r"model\.type: expected .* found 'Mine'\."),
        (dict(model__backbone=None), {}, 'found no backbone'),
        (dict(model__text_encoder=1), {}, r'model\.text_encoder: the MultiTaskSegmentor has'),
        (dict(model__data_preprocessor__type='Mine'), {}, r"data_preprocessor\.type: .*'Mine'"),
        (dict(default_scope='mmdet'), {}, "default_scope: expected mmseg, found 'mmdet'"),
        (dict(model=None), {}, 'model: expected a model in the config, found none'),
        ({}, dict(tasks='seg'), "tasks: expected a list of names, found the string 'seg'"),
        ({}, dict(tasks=['depth']), r'tasks: expected one task of classes.*found none'),
        ({}, dict(tasks=['seg', 'heat']), "Unknown task 'heat'"),
        ({}, dict(decoder='mine'), r"decoder: expected one of .* found 'mine'"),
        ({}, dict(heads=dict(heat={})), r"heads: .* found \['heat'\]"),
        ({}, dict(train_dataset=DATASET), 'val_dataset: expected both data sets'),
    ],
)
def test_what_cannot_be_turned_is_named(changes, options, reason):
    with pytest.raises(ValueError, match=reason):
        turn(changed(**changes), **options)


@pytest.mark.parametrize(
    ('transform', 'reason'),
    [
        (
            dict(type='RandomMosaic', prob=1),
            r'train_dataloader\.dataset\.pipeline: RandomMosaic: .*depth',
        ),
        (dict(type='RandomRotFlip'), 'RandomRotFlip: .*MultiTaskRandomRotate'),
        (dict(type='RandomResize', scale=[(8, 8), (9, 9)]), 'RandomResize: expected a ratio_range'),
        (dict(type='NoSuchTransform'), 'NoSuchTransform'),
    ],
)
def test_transforms_that_have_no_counterpart_are_named(transform, reason):
    cfg = psp()
    cfg.train_dataloader.dataset.pipeline.insert(2, ConfigDict(transform))
    with pytest.raises(ValueError, match=reason):
        turn(cfg, train_dataset=DATASET, val_dataset=DATASET)


def test_a_data_loader_is_needed():
    cfg = psp()
    cfg.pop('val_dataloader')
    with pytest.raises(ValueError, match='val_dataloader: expected a data loader'):
        turn(cfg, train_dataset=DATASET, val_dataset=DATASET)


@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        ('san/san-vit-b16_voc12aug-640x640', 'MultimodalEncoderDecoder.*no backbone to share'),
        ('vpd/vpd_sd_4xb8-25k_nyu-480x480', 'DepthEstimator.*depth alone'),
    ],
)
def test_other_models_of_mmseg_are_refused(name, reason):
    with pytest.raises(ValueError, match=reason):
        turn(get_config(f'mmseg::{name}.py'))


def test_mask_based_heads_say_what_they_need(monkeypatch):
    cfg = get_config('mmseg::mask2former/mask2former_r50_8xb2-90k_cityscapes-512x1024.py')
    monkeypatch.setattr('mmmtl.apis.to_multi_task_model.is_installed', lambda name: False)
    with pytest.raises(ValueError, match='Mask2FormerHead needs mmdet'):
        turn(cfg)


def test_heads_that_read_more_than_maps_have_no_convolutional_counterpart():
    with pytest.raises(ValueError, match='DPTHead reads, which reads more than feature maps'):
        turn(family_config('dpt'), decoder='fcn')
    with pytest.raises(ValueError, match='Mine reads, which has no in_channels'):
        regression_head(dict(type='Mine', channels=3), DEPTH, 'fcn')
    with pytest.raises(ValueError, match="heads: expected a config for 'seg'"):
        regression_head(psp().model.decode_head, SEG)
