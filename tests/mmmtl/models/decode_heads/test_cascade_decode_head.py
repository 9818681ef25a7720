import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

SHARED = dict(in_channels=8, channels=8, num_classes=3, norm_cfg=dict(type='BN'), dropout_ratio=0)
FCN = dict(type='FCNHead', num_convs=1, concat_input=False, **SHARED)
OCR = dict(type='OCRHead', ocr_channels=4, **SHARED)
FEATURES = (torch.rand(2, 8, 8, 12, generator=torch.Generator().manual_seed(0)),)


def build(*heads):
    torch.manual_seed(0)
    return MODELS.build(dict(type='CascadeDecodeHead', heads=list(heads)))


def samples():
    generator = torch.Generator().manual_seed(1)
    batch = []
    for _ in range(2):
        label = torch.randint(0, 3, (1, 16, 24), generator=generator)
        batch.append(SegDataSample(gt_sem_seg=PixelData(data=label)))
    return batch


def test_each_head_reads_the_output_before_it():
    head = build(FCN, OCR, OCR).eval()
    first, second, third = head
    expected = third.forward(FEATURES, second.forward(FEATURES, first.forward(FEATURES)))
    assert torch.equal(head(FEATURES), expected)
    metas = [dict(img_shape=(16, 24))] * 2
    predicted = head.predict(FEATURES, metas, ConfigDict(mode='whole'))
    assert predicted.shape == (2, 3, 16, 24)


def test_losses_are_those_of_mmseg_s_cascade():
    head = build(FCN, OCR, OCR).eval()
    segmentor = MODELS.build(
        dict(
            type='CascadeEncoderDecoder',
            num_stages=3,
            backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2)),
            decode_head=[FCN, OCR, OCR],
        )
    ).eval()
    segmentor.decode_head.load_state_dict(head.state_dict())
    theirs = segmentor._decode_head_forward_train(FEATURES, samples())
    ours = head.loss(FEATURES, samples(), None)
    assert {name.replace('decode_', 'stage_') for name in theirs} == set(ours)
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name.replace('decode_', 'stage_')], value)


def test_it_answers_for_the_last_head():
    head = build(FCN, dict(OCR, align_corners=True, num_classes=2, out_channels=1, threshold=0.4))
    assert head.align_corners
    assert head.threshold == 0.4


def test_one_head_is_no_cascade():
    with pytest.raises(ValueError, match='at least two decode heads, found 1'):
        build(FCN)
