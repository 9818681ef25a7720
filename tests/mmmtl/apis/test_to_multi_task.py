"""What becomes of a config's model; that the models run is tested for every family."""

import copy

import pytest
from mmengine.hub import get_config

from mmmtl.apis.to_multi_task_heads import regression_head
from mmmtl.tasks import DEPTH, NORMAL, Quantity, Task
from tests.utils.mmseg_families import family_config
from tests.utils.turned import DATASET, TASKS, psp, turn, types


def test_the_given_config_stays():
    cfg = psp()
    before = copy.deepcopy(cfg.to_dict())
    turn(cfg, train_dataset=DATASET, val_dataset=DATASET, num_classes=7)
    assert cfg.to_dict() == before


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


def test_further_heads_have_a_decoder_of_the_same_kind():
    head = turn(psp()).model.decode_head.depth
    assert head == dict(
        type='DecoderRegressionHead',
        head=dict(type='DepthHead'),
        decoder=dict(
            type='PSPHead',
            in_channels=2048,
            in_index=3,
            channels=512,
            pool_scales=(1, 2, 3, 6),
            norm_cfg=dict(type='SyncBN', requires_grad=True),
            align_corners=False,
        ),
    )


def test_convolutions_in_place_of_the_decoder():
    head = turn(psp(), decoder='fcn').model.decode_head.normal
    assert head == dict(
        type='NormalHead',
        in_channels=2048,
        in_index=3,
        channels=512,
        num_convs=1,
        norm_cfg=dict(type='SyncBN', requires_grad=True),
        act_cfg=dict(type='ReLU'),
        align_corners=False,
    )


def test_several_inputs_are_joined():
    head = turn(family_config('upernet'), decoder='fcn').model.decode_head.depth
    assert head.in_channels == [256, 512, 1024, 2048]
    assert head.in_index == [0, 1, 2, 3]
    assert head.input_transform == 'resize_concat'


def test_an_fcn_head_becomes_one_with_as_many_convolutions():
    seg = family_config('fcn').model.decode_head
    head = regression_head(dict(seg, kernel_size=5, dilation=2), DEPTH)
    assert (head['type'], head['num_convs']) == ('DepthHead', seg.num_convs)
    assert (head['kernel_size'], head['dilation']) == (5, 2)


@pytest.mark.parametrize(
    ('family', 'expected'),
    [
        ('danet', 'DepthHead'),
        ('ddrnet', 'DepthHead'),
        ('dpt', 'DPTHead'),
        ('encnet', 'EncHead'),
        ('knet', 'UPerHead'),
        ('ocrnet', 'DepthHead'),
        ('pidnet', 'DepthHead'),
        ('segmenter', 'DepthHead'),
        ('stdc', 'DepthHead'),
        ('swin', 'UPerHead'),
    ],
)
def test_heads_of_several_outputs_are_not_copied(family, expected):
    head = turn(family_config(family)).model.decode_head.depth
    assert head.get('decoder', head).type == expected


def test_pidnet_trains_the_integral_branch_of_three():
    assert turn(family_config('pidnet')).model.decode_head.depth.in_index == 1


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


def test_another_scalar_task_is_named():
    task = Task('height', Quantity.SCALAR, 'a', 'b', 'c', 'd', 0)
    assert regression_head(psp().model.decode_head, task)['head'] == dict(
        type='DepthHead', task='height'
    )
    assert regression_head(psp().model.decode_head, NORMAL)['head'] == dict(type='NormalHead')


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
