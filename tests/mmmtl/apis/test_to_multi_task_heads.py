"""Which head a further task gets; that the heads run is tested for every family."""

import pytest

from mmmtl.apis.to_multi_task_heads import regression_head, type_of
from mmmtl.models.decode_heads import DepthHead
from mmmtl.tasks import DEPTH, NORMAL, SEG, Quantity, Task
from tests.utils.mmseg_families import family_config
from tests.utils.turned import psp, turn


@pytest.mark.parametrize(
    ('config', 'expected'),
    [
        (dict(type='FCNHead'), 'FCNHead'),
        (dict(type='mmseg.FCNHead'), 'FCNHead'),
        (dict(type=DepthHead), 'DepthHead'),
        (dict(channels=3), ''),
    ],
)
def test_the_type_of_a_config_has_no_scope(config, expected):
    assert type_of(config) == expected


def test_what_is_about_classes_is_no_part_of_a_decoder():
    seg = dict(
        type='ASPPHead',
        in_channels=8,
        channels=4,
        dilations=(1, 2),
        num_classes=19,
        dropout_ratio=0.1,
        ignore_index=255,
        loss_decode=dict(type='CrossEntropyLoss'),
        sampler=dict(type='OHEMPixelSampler'),
    )
    assert regression_head(seg, DEPTH)['decoder'] == dict(
        type='ASPPHead', in_channels=8, channels=4, dilations=(1, 2)
    )


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


def test_another_scalar_task_is_named():
    task = Task('height', Quantity.SCALAR, 'a', 'b', 'c', 'd', 0)
    assert regression_head(psp().model.decode_head, task)['head'] == dict(
        type='DepthHead', task='height'
    )
    assert regression_head(psp().model.decode_head, NORMAL)['head'] == dict(type='NormalHead')


def test_heads_that_read_more_than_maps_have_no_convolutional_counterpart():
    with pytest.raises(ValueError, match='DPTHead reads, which reads more than feature maps'):
        turn(family_config('dpt'), decoder='fcn')
    with pytest.raises(ValueError, match='Mine reads, which has no in_channels'):
        regression_head(dict(type='Mine', channels=3), DEPTH, 'fcn')
    with pytest.raises(ValueError, match="heads: expected a config for 'seg'"):
        regression_head(psp().model.decode_head, SEG)
