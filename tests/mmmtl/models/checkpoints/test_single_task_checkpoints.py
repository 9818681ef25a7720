"""A checkpoint of mmseg's EncoderDecoder initialises a model of several tasks."""

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.runner import load_checkpoint
from mmseg.registry import MODELS

from mmmtl.models.checkpoints import single_task_checkpoints
from mmmtl.models.checkpoints.single_task_checkpoints import map_single_task_weights

BACKBONE = dict(type='ResNetV1c', depth=18, base_channels=8, norm_cfg=dict(type='BN'))
NECK = dict(type='FPN', in_channels=[8, 16, 32, 64], out_channels=16, num_outs=4)
CLASSES = dict(num_classes=5, norm_cfg=dict(type='BN'))
PSP = dict(type='PSPHead', in_channels=64, in_index=3, channels=16, pool_scales=(1, 2), **CLASSES)
FCN = dict(type='FCNHead', in_channels=32, in_index=2, channels=16, num_convs=1, **CLASSES)
OCR = dict(type='OCRHead', in_channels=32, in_index=2, channels=16, ocr_channels=8, **CLASSES)
FPN_HEAD = dict(
    type='FPNHead',
    in_channels=[16] * 4,
    in_index=[0, 1, 2, 3],
    feature_strides=[4, 8, 16, 32],
    channels=16,
    **CLASSES,
)
DEPTH = dict(type='DepthHead', in_channels=64, in_index=3, channels=16)

IMAGES = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))


def single(decode_head, **settings):
    cascade = isinstance(decode_head, list)
    config = dict(
        type='CascadeEncoderDecoder' if cascade else 'EncoderDecoder',
        backbone=BACKBONE,
        decode_head=decode_head,
        test_cfg=ConfigDict(mode='whole'),
        **settings,
    )
    if cascade:
        config['num_stages'] = len(decode_head)
    torch.manual_seed(0)
    return MODELS.build(config)


def mixed(seg, depth=DEPTH, auxiliary_head=None, **settings):
    if isinstance(seg, list):
        seg = dict(type='CascadeDecodeHead', heads=seg)
    if auxiliary_head is not None:
        settings['auxiliary_head'] = dict(seg=auxiliary_head)
    torch.manual_seed(1)
    return MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=BACKBONE,
            decode_head=dict(seg=seg, depth=depth),
            **settings,
        )
    )


@pytest.mark.parametrize(
    ('decode_head', 'settings'),
    [
        (PSP, {}),
        (PSP, dict(auxiliary_head=FCN)),
        (PSP, dict(auxiliary_head=[FCN, dict(FCN, in_channels=16, in_index=1)])),
        ([FCN, OCR], {}),
        (FPN_HEAD, dict(neck=NECK, depth=dict(DEPTH, in_channels=16))),
    ],
    ids=['plain', 'auxiliary', 'auxiliaries', 'cascade', 'neck'],
)
def test_the_predictions_of_seg_are_unchanged(tmp_path, decode_head, settings):
    settings = dict(settings)
    depth = settings.pop('depth', DEPTH)
    source = single(decode_head, **settings).eval()
    torch.save(dict(state_dict=source.state_dict(), meta={}), tmp_path / 'single.pth')
    model = mixed(decode_head, depth, **settings).eval()
    untouched = model.decode_head.depth.conv_seg.weight.clone()
    with torch.no_grad():
        expected = source.predict(IMAGES)
        before = model.predict(IMAGES)
        load_checkpoint(model, str(tmp_path / 'single.pth'), map_location='cpu', strict=False)
        found = model.predict(IMAGES)
    for old, new, random in zip(expected, found, before, strict=True):
        assert torch.equal(new.seg_logits.data, old.seg_logits.data)
        assert not torch.equal(random.seg_logits.data, old.seg_logits.data)
    assert torch.equal(model.decode_head.depth.conv_seg.weight, untouched)
    left = model.load_state_dict(source.state_dict(), strict=False)
    assert left.unexpected_keys == []
    assert {name.partition('.depth.')[0] for name in left.missing_keys} == {'decode_head'}


def test_the_names():
    weights = {
        'backbone.a': 0,
        'decode_head.conv_seg.weight': 1,
        'auxiliary_head.convs.0.bias': 2,
    }
    map_single_task_weights(weights, ['seg', 'depth'], 'seg')
    assert weights == {
        'backbone.a': 0,
        'decode_head.seg.conv_seg.weight': 1,
        'auxiliary_head.seg.0.convs.0.bias': 2,
    }


def test_several_auxiliary_heads_keep_their_numbers():
    weights = {'module.decode_head.0.a': 0, 'module.auxiliary_head.1.a': 1}
    renamed = map_single_task_weights(weights, ['seg'], 'seg', 'module.')
    assert renamed == {
        'module.decode_head.0.a': 'module.decode_head.seg.0.a',
        'module.auxiliary_head.1.a': 'module.auxiliary_head.seg.1.a',
    }
    assert list(weights) == list(renamed.values())


def test_weights_of_several_tasks_stay():
    weights = {'decode_head.depth.a': 0, 'auxiliary_head.seg.0.a': 1}
    assert map_single_task_weights(weights, ['seg', 'depth'], 'seg') == {}
    assert list(weights) == ['decode_head.depth.a', 'auxiliary_head.seg.0.a']


def test_what_was_mapped_is_logged(monkeypatch):
    lines = []
    monkeypatch.setattr(single_task_checkpoints, 'print_log', lambda text, **_: lines.append(text))
    model = mixed(PSP)
    source = single(PSP)
    model.load_state_dict(source.state_dict(), strict=False)
    (line,) = lines
    assert f"{len(source.decode_head.state_dict())} of its heads go to the task 'seg'" in line
    assert line.endswith('it has none for the heads of depth.')


def test_own_checkpoints_load_strictly():
    model, other = mixed(PSP, auxiliary_head=FCN), mixed(PSP, auxiliary_head=FCN)
    other.load_state_dict(model.state_dict(), strict=True)


def test_another_number_of_classes_keeps_the_rest(tmp_path):
    source = single(PSP)
    torch.save(dict(state_dict=source.state_dict(), meta={}), tmp_path / 'single.pth')
    model = mixed(dict(PSP, num_classes=3))
    load_checkpoint(model, str(tmp_path / 'single.pth'), map_location='cpu', strict=False)
    expected = source.decode_head.bottleneck.conv.weight
    assert torch.equal(model.decode_head.seg.bottleneck.conv.weight, expected)
    assert model.decode_head.seg.conv_seg.weight.shape[0] == 3


def test_with_two_tasks_of_classes_nobody_knows_whose_the_weights_are():
    classes = dict(type='ClassTask', classes=tuple('abcde'))
    tasks = dict(a=classes, b=classes, depth=dict(type='ScalarTask'))
    for heads, renamed in [(('a', 'b'), False), (('depth', 'a'), True)]:
        model = MODELS.build(
            dict(
                type='MultiTaskSegmentor',
                backbone=BACKBONE,
                decode_head={name: DEPTH if name == 'depth' else PSP for name in heads},
                tasks=tasks,
            )
        )
        state = {'decode_head.conv_seg.bias': torch.full((5,), 3.0)}
        model.load_state_dict(state, strict=False)
        assert (model.decode_head['a'].conv_seg.bias == 3).all() == renamed
