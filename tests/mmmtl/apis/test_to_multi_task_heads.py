"""Which head a further task gets; that the heads run is tested for every family."""

import pytest

from mmmtl.apis.to_multi_task_heads import DECODERS, further_head, number_of_classes, type_of
from mmmtl.models.decode_heads import DepthHead
from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    SEG,
    BinaryTask,
    ClassTask,
    ImageClassTask,
    ScalarTask,
    VectorTask,
)
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
    assert further_head(seg, DEPTH)['decoder'] == dict(
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
    head = further_head(dict(seg, kernel_size=5, dilation=2), DEPTH)
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


@pytest.mark.parametrize(
    ('task', 'expected'),
    [
        (ScalarTask(name='height'), 'DepthHead'),
        (NORMAL, 'NormalHead'),
        (BinaryTask(name='edge'), 'BinaryHead'),
        (VectorTask(name='albedo', channels=3), 'VectorHead'),
    ],
)
def test_the_last_layers_are_those_of_the_kind(task, expected):
    assert further_head(psp().model.decode_head, task)['head'] == dict(type=expected)


PARTS = ClassTask(name='parts', classes=('head', 'body', 'legs'))


def test_further_classes_have_a_copy_of_the_head_with_their_number():
    head = psp().model.decode_head
    head.loss_decode.class_weight = [2.0] * 19
    found = further_head(head, PARTS)
    assert found['loss_decode']['class_weight'] == [2.0] * 3
    assert (head.num_classes, len(head.loss_decode.class_weight)) == (19, 19)
    different = ('num_classes', 'loss_decode')
    assert found['num_classes'] == 3
    assert {k: v for k, v in found.items() if k not in different} == {
        k: v for k, v in head.items() if k not in different
    }


def test_a_cascade_of_further_classes():
    found = further_head(family_config('ocrnet').model.decode_head, PARTS)
    assert found['type'] == 'CascadeDecodeHead'
    assert [head.num_classes for head in found['heads']] == [3, 3]


def test_further_classes_can_have_a_convolution():
    found = further_head(psp().model.decode_head, PARTS, 'fcn')
    assert (found['type'], found['num_classes'], found['num_convs']) == ('FCNHead', 3, 1)
    assert not found['concat_input']
    assert (found['in_channels'], found['in_index']) == (2048, 3)


@pytest.mark.parametrize('decoder', ['same', 'fcn'])
def test_no_head_of_further_classes_follows_from_one_that_learns_boundaries(decoder):
    with pytest.raises(ValueError, match="heads: expected a head for 'parts'.* from a PIDHead"):
        further_head(family_config('pidnet').model.decode_head, PARTS, decoder)


def test_the_number_of_classes_is_found_in_lists_and_inner_heads():
    assert number_of_classes([dict(type='A'), dict(inner=[dict(num_classes=5)])]) == 5
    assert number_of_classes(dict(type='A', names=['num_classes'])) is None


def test_heads_that_read_more_than_maps_have_no_convolutional_counterpart():
    with pytest.raises(ValueError, match='DPTHead reads, which reads more than feature maps'):
        turn(family_config('dpt'), decoder='fcn')
    with pytest.raises(ValueError, match='Mine reads, which has no in_channels'):
        further_head(dict(type='Mine', channels=3), DEPTH, 'fcn')
    with pytest.raises(ValueError, match=r'tasks\.seg: expected the names of its classes'):
        further_head(psp().model.decode_head, SEG)


@pytest.mark.parametrize('decoder', DECODERS)
@pytest.mark.parametrize(
    ('seg_head', 'expected'),
    [
        (dict(type='FCNHead', in_channels=512, channels=128), dict(in_channels=512, in_index=-1)),
        (
            dict(type='SegformerHead', in_channels=[32, 64], channels=256, in_index=[0, 1]),
            dict(in_channels=64, in_index=1),
        ),
        (
            [
                dict(type='FCNHead', in_channels=48, channels=48, in_index=2),
                dict(type='OCRHead', in_channels=48, channels=48, ocr_channels=16),
            ],
            dict(in_channels=48, in_index=2),
        ),
    ],
)
def test_the_whole_image_is_judged_by_the_last_features(seg_head, expected, decoder):
    task = ImageClassTask(name='weather', classes=('sun', 'rain'))
    assert further_head(seg_head, task, decoder) == dict(type='ImageClassHead', **expected)
