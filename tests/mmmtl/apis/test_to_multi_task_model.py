"""What becomes of a config's model; that the models run is tested for every family."""

import pytest
from mmengine.hub import get_config

from mmmtl.apis.to_multi_task_model import (
    multi_task_data_preprocessor,
    multi_task_model,
    task_of_classes,
)
from mmmtl.tasks import build_tasks
from tests.utils.mmseg_families import family_config
from tests.utils.turned import OWN_TASKS, TASKS, changed, psp, turn, types


def test_the_model():
    before, model = psp().model, turn(psp()).model
    assert model.type == 'MultiTaskSegmentor'
    assert model.backbone == before.backbone
    assert model.pretrained == before.pretrained
    assert model.decode_head.seg == before.decode_head
    assert model.auxiliary_head == dict(seg=before.auxiliary_head)
    assert list(model.decode_head) == TASKS
    assert model.loss_weighting == dict(type='EqualWeighting')


def test_the_data_preprocessor_keeps_its_numbers():
    cfg = turn(psp())
    expected = {**psp().data_preprocessor, 'type': 'MultiTaskDataPreprocessor'}
    del expected['seg_pad_val']
    assert cfg.data_preprocessor == expected
    assert cfg.model.data_preprocessor == expected


def test_a_cascade_becomes_one_head():
    cfg = family_config('ocrnet')
    model = turn(cfg).model
    assert model.decode_head.seg == dict(
        type='CascadeDecodeHead', heads=list(cfg.model.decode_head)
    )
    assert 'num_stages' not in model


def test_given_heads_are_taken():
    depth = dict(type='DepthHead', in_channels=1024, in_index=2, channels=64)
    model = turn(psp(), heads=dict(depth=depth)).model
    assert model.decode_head.depth == depth
    assert model.decode_head.normal.type == 'DecoderRegressionHead'


def test_the_number_of_classes_changes_everywhere():
    model = turn(family_config('knet'), num_classes=7).model
    head = model.decode_head.seg
    assert head.kernel_generate_head.num_classes == 7
    assert [update.num_classes for update in head.kernel_update_head] == [7, 7, 7]
    assert model.auxiliary_head.seg.num_classes == 7


@pytest.mark.parametrize('before', [19, 2])
def test_boundaries_are_no_classes(before):
    cfg = family_config('stdc')
    cfg.model.decode_head.num_classes = before
    for head in cfg.model.auxiliary_head[:2]:
        head.num_classes = before
    turned = turn(cfg, num_classes=7).model.auxiliary_head.seg
    assert types(turned) == ['FCNHead', 'FCNHead', 'STDCHead']
    assert [head.num_classes for head in turned] == [7, 7, 2]


def test_weights_of_other_classes_are_left_out():
    losses = turn(family_config('pidnet'), num_classes=7).model.decode_head.seg.loss_decode
    assert losses[0].class_weight is None
    kept = turn(family_config('pidnet'), num_classes=19).model.decode_head.seg.loss_decode
    assert len(kept[0].class_weight) == 19


def test_one_weight_for_all_classes_is_kept():
    cfg = psp()
    cfg.model.decode_head.loss_decode.class_weight = [2.0] * 19 + [0.1]
    loss = turn(cfg, num_classes=3).model.decode_head.seg.loss_decode
    assert loss.class_weight == [2.0, 2.0, 2.0, 0.1]


def test_mask_based_heads_share_their_features(monkeypatch):
    cfg = get_config('mmseg::mask2former/mask2former_r50_8xb2-90k_cityscapes-512x1024.py')
    monkeypatch.setattr('mmmtl.apis.to_multi_task_model.is_installed', lambda name: True)
    heads = turn(cfg, num_classes=7).model.decode_head
    assert heads.seg.type == 'Mask2FormerHead'
    assert heads.seg.loss_cls.class_weight == [1.0] * 7 + [0.1]
    assert heads.depth.type == 'DepthHead'
    assert heads.depth.in_channels == [256, 512, 1024, 2048]
    assert heads.depth.channels == 256


def test_a_model_is_turned_without_the_rest_of_its_config():
    given = psp().model.to_dict()
    turned = multi_task_model(given, build_tasks(TASKS), {}, 'same', None)
    assert turned == turn(psp()).model
    assert given == psp().model.to_dict()


def test_a_head_of_one_channel_gets_as_many_as_classes():
    seg = dict(psp().model.decode_head, num_classes=2, out_channels=1)
    model = {**psp().model.to_dict(), 'decode_head': seg, 'auxiliary_head': None}
    turned = multi_task_model(model, build_tasks(TASKS), {}, 'same', 5)
    assert turned['decode_head']['seg']['num_classes'] == 5
    assert 'out_channels' not in turned['decode_head']['seg']
    assert 'auxiliary_head' not in turned


def test_a_number_of_classes_that_is_not_there_cannot_be_changed():
    model = psp().model.to_dict()
    del model['decode_head']['num_classes']
    with pytest.raises(ValueError, match='the config has no model.decode_head.num_classes'):
        multi_task_model(model, build_tasks(TASKS), {}, 'same', 5)


def test_definitions_give_every_kind_its_head():
    model = turn(psp(), OWN_TASKS).model
    heads = {name: head.get('head', head)['type'] for name, head in model.decode_head.items()}
    assert heads == dict(
        seg='PSPHead',
        parts='PSPHead',
        edge='BinaryHead',
        height='DepthHead',
        normal='NormalHead',
        albedo='VectorHead',
    )
    assert [model.decode_head[name].num_classes for name in ('seg', 'parts')] == [2, 3]
    assert model.auxiliary_head.seg.num_classes == 2
    assert list(model.auxiliary_head) == ['seg']


def test_a_number_of_classes_beside_the_definition_is_an_error():
    with pytest.raises(ValueError, match=r"num_classes: expected 2, the classes of 'seg', found 7"):
        turn(psp(), OWN_TASKS, num_classes=7)
    assert turn(psp(), OWN_TASKS, num_classes=2).model.decode_head.seg.num_classes == 2


def test_the_first_task_of_classes_without_a_given_head():
    assert task_of_classes(build_tasks(TASKS), {'depth': {}}) == 'seg'
    assert task_of_classes(build_tasks(OWN_TASKS), {}) == 'seg'
    assert task_of_classes(build_tasks(OWN_TASKS), {'seg': {}}) == 'parts'
    with pytest.raises(ValueError, match=r"found none among \['seg', 'depth', 'normal'\]"):
        task_of_classes(build_tasks(TASKS), {'seg': {}})


def test_a_data_preprocessor_is_made_of_none():
    assert multi_task_data_preprocessor(None) == dict(type='MultiTaskDataPreprocessor')
    own = dict(type='MultiTaskDataPreprocessor', size=(4, 4))
    assert multi_task_data_preprocessor(own) == own


@pytest.mark.parametrize(
    ('changes', 'options', 'reason'),
    [
        (dict(model__type='DepthEstimator'), {}, r"model\.type: .*'DepthEstimator': it predicts"),
        (dict(model__type='Mine'), {}, r"model\.type: expected .* found 'Mine'\."),
        (dict(model__backbone=None), {}, 'found no backbone'),
        (dict(model__text_encoder=1), {}, r'model\.text_encoder: the MultiTaskSegmentor has'),
        (dict(model__data_preprocessor__type='Mine'), {}, r"data_preprocessor\.type: .*'Mine'"),
        ({}, dict(tasks=['depth']), r'tasks: expected a task of classes.*found none'),
    ],
)
def test_what_cannot_be_turned_is_named(changes, options, reason):
    with pytest.raises(ValueError, match=reason):
        turn(changed(**changes), **options)


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
