from types import SimpleNamespace

import pytest
from mmseg.models.decode_heads import FCNHead
from mmseg.registry import MODELS
from torch import nn

from mmmtl.models.segmentors.head_fits import check_head, check_reads_outputs, with_told
from mmmtl.models.segmentors.task_parts import build_head
from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    SEG,
    BinaryTask,
    ClassTask,
    ScalarTask,
    VectorTask,
)

PARTS = ClassTask(name='parts', classes=('a', 'b', 'c'))
EDGE = BinaryTask(name='edge')
ALBEDO = VectorTask(name='albedo', channels=4)
SIZES = dict(in_channels=8, channels=8)
FCN = dict(type='FCNHead', num_convs=0, concat_input=False, **SIZES)
L1 = dict(type='MaskedL1Loss')
OCR = dict(type='OCRHead', ocr_channels=4, **SIZES)


class NamedHead(nn.Module):
    """A head whose signature names what it takes."""

    def __init__(self, num_classes, width=2):
        super().__init__()
        self.num_classes, self.width = num_classes, width


@pytest.mark.parametrize(
    ('config', 'task', 'told'),
    [
        (FCN, PARTS, dict(num_classes=3)),
        (FCN, SEG, {}),  # its classes are those of the data set
        (FCN, EDGE, dict(num_classes=2, out_channels=1)),
        (dict(type=NamedHead), PARTS, dict(num_classes=3)),
        (dict(type='NormalHead', **SIZES), NORMAL, dict(out_channels=3)),
        (dict(type='VectorHead', **SIZES), ALBEDO, dict(out_channels=4)),
        (dict(type='BinaryHead', **SIZES), EDGE, dict(out_channels=1)),
        (dict(type='VPDDepthHead'), DEPTH, {}),
        (dict(type='STDCHead', num_classes=2, **SIZES), PARTS, {}),
    ],
)
def test_a_head_is_told_what_its_task_says(config, task, told):
    before = dict(config)
    assert with_told(config, task, 'x') == {**config, **told}
    assert config == before
    assert with_told({**config, 'num_classes': 9}, task, 'x')['num_classes'] == 9


def test_the_heads_of_a_cascade_are_told():
    config = dict(type='CascadeDecodeHead', heads=[FCN, dict(OCR, num_classes=5)])
    heads = with_told(config, PARTS, 'x')['heads']
    assert heads == [dict(FCN, num_classes=3), dict(OCR, num_classes=5)]
    built = build_head(dict(type='CascadeDecodeHead', heads=[FCN, OCR]), PARTS, 'x')
    assert [head.num_classes for head in built] == [3, 3]


def test_the_heads_of_k_net_are_told():
    config = dict(
        type='IterativeDecodeHead',
        num_stages=2,
        kernel_generate_head=FCN,
        kernel_update_head=[dict(type='KernelUpdateHead')] * 2,
    )
    told = with_told(config, PARTS, 'x')
    assert told['kernel_generate_head'] == dict(FCN, num_classes=3)
    assert told['kernel_update_head'] == [dict(type='KernelUpdateHead', num_classes=3)] * 2
    assert 'num_classes' not in told


def test_the_head_behind_a_decoder_is_told():
    config = dict(
        type='DecoderRegressionHead',
        decoder=dict(type='FCNHead', num_convs=1, **SIZES),
        head=dict(type='VectorHead'),
    )
    assert build_head(config, ALBEDO, 'x').head.out_channels == 4
    config['head'] = dict(type='BinaryHead')
    assert build_head(config, EDGE, 'x').head.out_channels == 1


def test_a_boundary_head_keeps_its_two_classes():
    stdc = dict(type='STDCHead', num_classes=2, num_convs=1, concat_input=False, **SIZES)
    assert build_head(stdc, PARTS, 'x').num_classes == 2


@pytest.mark.parametrize(
    ('config', 'task', 'message'),
    [
        (
            dict(FCN, num_classes=5),
            PARTS,
            "decode_head.x.num_classes: expected 3, the classes of 'parts', found 5; "
            'state 3 or leave it out.',
        ),
        (
            dict(type='CascadeDecodeHead', heads=[FCN, dict(OCR, num_classes=5)]),
            PARTS,
            "decode_head.x.heads.1.num_classes: expected 3, the classes of 'parts', found 5; "
            'state 3 or leave it out.',
        ),
        (
            dict(FCN, ignore_index=0),
            PARTS,
            'decode_head.x.ignore_index: expected 255, the id of pixels without a label, found 0.',
        ),
        (
            dict(FCN, ignore_index=-1),
            EDGE,
            'decode_head.x.ignore_index: expected 255, the id of pixels without a label, found -1.',
        ),
        (
            dict(type='DepthHead', **SIZES),
            NORMAL,
            'decode_head.x: out_channels: DepthHead predicts 1 per pixel, found 3.',
        ),
        (
            dict(type='NormalHead', **SIZES),
            ScalarTask(name='height'),
            'decode_head.x: out_channels: NormalHead predicts 3 per pixel, found 1.',
        ),
        (
            dict(
                type='DecoderRegressionHead', decoder=dict(type='FCNHead', **SIZES),
                head=dict(type='DepthHead'),
            ),
            ALBEDO,
            'decode_head.x: out_channels: DepthHead predicts 1 per pixel, found 4.',
        ),
        (
            dict(FCN, num_classes=3),
            NORMAL,
            "decode_head.x: FCNHead learns class ids, and 'normal' has none; expected a head of "
            'numbers, such as NormalHead.',
        ),
        (
            dict(FCN, num_classes=1),
            DEPTH,
            "decode_head.x: FCNHead learns class ids, and 'depth' has none; expected a head of "
            'numbers, such as DepthHead.',
        ),
    ],
)  # fmt: skip
def test_a_head_that_does_not_fit_its_task_is_named(config, task, message):
    with pytest.raises(ValueError, match='decode_head') as raised:
        build_head(config, task, 'decode_head.x')
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ('config', 'task', 'message'),
    [
        (dict(type='BinaryHead'), DEPTH, "BinaryHead predicts logits, which 'depth' has not"),
        (dict(type='DepthHead'), EDGE, "DepthHead predicts numbers, which 'edge' has not"),
        (
            dict(type='VectorHead', out_channels=3),
            DEPTH,
            "VectorHead predicts 3 per pixel, expected 1, those of 'depth', as DepthHead does",
        ),
        (
            dict(type='DepthHead', out_channels=1),
            NORMAL,
            "DepthHead predicts 1 per pixel, expected 3, those of 'normal', as NormalHead does",
        ),
        (
            dict(type='FCNHead'),
            DEPTH,
            "FCNHead learns class ids, and 'depth' has none; expected a head of numbers, such as "
            'DepthHead',
        ),
        (
            dict(type='FCNHead'),
            EDGE,
            'loss_decode: expected use_sigmoid=True for the one logit of FCNHead, found a softmax, '
            'which is always 1 there; or give it out_channels=2',
        ),
        (
            dict(type='FCNHead', num_classes=2, out_channels=1),
            SEG,
            'loss_decode: expected use_sigmoid=True for the one logit of FCNHead, found a softmax',
        ),
        (
            dict(
                type='FCNHead',
                num_classes=2,
                out_channels=1,
                loss_decode=[
                    dict(type='CrossEntropyLoss', use_sigmoid=True),
                    dict(type='LovaszLoss', reduction='none'),
                ],
            ),
            SEG,
            'loss_decode: expected use_sigmoid=True for the one logit of FCNHead, found a softmax',
        ),
        (
            dict(type='FCNHead', num_classes=1),
            SEG,
            "num_classes: expected 2 to 255 classes of 'seg', found 1: nothing is told apart then, "
            'and the softmax of one class is always 1, its loss 0.',
        ),
        (
            dict(type='FCNHead'),
            ClassTask(name='thing', classes=('thing',)),
            "num_classes: expected 2 to 255 classes of 'thing', found 1: nothing is told apart",
        ),
        (
            dict(type='FCNHead', num_classes=256),
            SEG,
            "num_classes: expected 2 to 255 classes of 'seg', found 256; labels are of 8 bits.",
        ),
        (
            dict(type='PIDHead'),
            PARTS,
            "PIDHead learns the edges of gt_sem_seg, the label of 'seg'; 'parts' has none",
        ),
        (
            dict(type='NormalHead'),
            VectorTask(name='colour', channels=3),
            "NormalHead normalises what it predicts, and the labels of 'colour' may be any numbers",
        ),
        (
            dict(type='DepthHead', loss_decode=dict(type='BinaryFocalLoss')),
            DEPTH,
            'x.loss_decode: BinaryFocalLoss compares logits, and DepthHead predicts numbers',
        ),
        (
            dict(type='BinaryHead', loss_decode=[dict(type='BinaryDiceLoss'), L1]),
            EDGE,
            'x.loss_decode: MaskedL1Loss compares numbers, and BinaryHead predicts logits',
        ),
        (
            dict(type='FCNHead', num_classes=5, out_channels=5),
            EDGE,
            "num_classes: expected 2, no and yes of 'edge', found 5; leave it out",
        ),
    ],
)
def test_a_head_that_predicts_something_else_is_named(config, task, message):
    with pytest.raises(ValueError, match='decode_head') as raised:
        build_head({**SIZES, **config}, task, 'decode_head.x')
    assert message in str(raised.value)


def test_a_head_of_numbers_for_classes_is_named():
    with pytest.raises(ValueError, match='decode_head') as raised:
        build_head(dict(type='DepthHead', **SIZES), PARTS, 'decode_head.x')
    assert str(raised.value) == (
        "decode_head.x: DepthHead learns numbers, and 'parts' has class ids; expected a head of "
        'classes, such as FCNHead.'
    )


def test_classes_that_the_task_does_not_know_are_the_head_s():
    head = MODELS.build(dict(FCN, num_classes=7))
    check_head(head, SEG, 'x')
    assert isinstance(head, FCNHead)


def test_a_head_that_reads_pairs_needs_a_backbone_that_gives_them():
    class DPTHead:
        pass

    without, pairs = (SimpleNamespace(output_cls_token=given) for given in (False, True))
    for head in (DPTHead(), SimpleNamespace(decoder=DPTHead())):
        with pytest.raises(ValueError, match=r'^decode_head\.seg: DPTHead reads pairs .* False'):
            check_reads_outputs(head, without, 'decode_head.seg')
        check_reads_outputs(head, pairs, 'decode_head.seg')
        check_reads_outputs(head, None, 'decode_head.seg')
    check_reads_outputs(SimpleNamespace(), without, 'decode_head.seg')
