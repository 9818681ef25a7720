"""What a segmentor consists of: its tasks, parts and their first weights."""

import pytest
import torch
from mmengine.model import BaseModule
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmmtl.tasks import DEPTH, SEG, ScalarTask
from tests.utils.small_segmentor import (
    DEPTH_HEAD,
    IMAGES,
    SEG_HEAD,
    WIDTHS,
    PixelwiseBackbone,
    build,
    config,
    samples,
)


def test_any_backbone_without_a_neck_is_shared_by_all_heads():
    model = build(
        backbone=dict(type='ResNetV1c', depth=18, base_channels=8, norm_cfg=dict(type='BN')),
        neck=None,
        decode_head=dict(
            seg=dict(SEG_HEAD, in_channels=64), depth=dict(DEPTH_HEAD, in_channels=64)
        ),
        auxiliary_head=dict(seg=dict(SEG_HEAD, in_channels=32, in_index=2)),
    )
    outputs = model.eval()(torch.rand(1, 3, 64, 64))
    assert tuple(outputs['seg'].shape) == (1, 5, 64, 64)
    assert tuple(outputs['depth'].shape) == (1, 1, 64, 64)
    losses = model(torch.rand(2, 3, 64, 64), samples(size=(64, 64)), mode='loss')
    assert losses['depth/loss'].isfinite()


def test_one_task_and_four_tasks():
    one = build(
        neck=dict(type='MTANNeck', widths=WIDTHS),
        decode_head=dict(depth=DEPTH_HEAD),
    )
    assert list(one(IMAGES)) == ['depth']
    names = ('disparity', 'height')
    tasks = ['seg', 'depth', *names]
    four = build(
        neck=dict(type='MTANNeck', widths=WIDTHS),
        decode_head=dict(seg=SEG_HEAD, **dict.fromkeys(tasks[1:], DEPTH_HEAD)),
        tasks=dict(
            height=dict(type='ScalarTask', invalid=0),
            seg=SEG,
            disparity=ScalarTask(name='disparity', invalid=0),
            depth=DEPTH,
            unused=dict(type='BinaryTask'),
        ),
        loss_weighting=dict(type='UncertaintyWeighting'),
    )
    assert list(four.tasks) == list(four.neck.tasks) == tasks
    batch = samples()
    for sample in batch:
        depth = sample.get(DEPTH.gt_field)
        sample.set_data({f'gt_{name}': depth for name in names})
    losses = four(IMAGES, batch, mode='loss')
    assert {f'{name}/loss' for name in tasks} <= set(losses)
    predicted = four.eval()(IMAGES, mode='predict')[0]
    assert 'pred_height' in predicted


def test_the_seed_fixes_the_paper_s_initialisation():
    model = build()
    conv = model.backbone.encoder[1].others[0][0]
    fan = 8 * 9 * 2  # in and out
    assert conv.weight.std().item() == pytest.approx((2 / fan) ** 0.5, rel=0.1)
    assert conv.bias.abs().max() == 0
    norm = model.neck.attention['seg'].encoder[0].g[1]
    assert norm.weight.tolist() == [1] * 8
    assert norm.bias.tolist() == [0] * 8


def test_every_part_initialises_itself():
    head = dict(SEG_HEAD, init_cfg=dict(type='Constant', layer='Conv2d', val=0.125))
    model = build(
        decode_head=dict(seg=head, depth=DEPTH_HEAD), auxiliary_head=dict(seg=[head, head])
    )
    for head in (model.decode_head['seg'], *model.auxiliary_head['seg']):
        assert (head.conv_seg.weight == 0.125).all()
    assert all(module.is_init for module in model.modules() if isinstance(module, BaseModule))


def test_weights_of_the_backbone_can_be_named_by_the_segmentor():
    backbone = dict(type='ResNetV1c', depth=18, base_channels=8)
    model = MODELS.build(config(backbone=backbone, neck=None, pretrained='b.pth'))
    assert model.backbone.init_cfg == dict(type='Pretrained', checkpoint='b.pth')
    assert 'pretrained' not in backbone  # the config is not changed


def test_labels_are_padded_as_the_model_s_tasks_say():
    model = build(
        neck=None,
        decode_head=dict(parts=DEPTH_HEAD),
        tasks=dict(parts=dict(type='ScalarTask', invalid=-7)),
        data_preprocessor=dict(type='MultiTaskDataPreprocessor', size=(6, 8)),
    )
    sample = SegDataSample()
    sample.set_data(dict(gt_parts=PixelData(data=torch.ones(1, 5, 6))))
    data = dict(inputs=[torch.zeros(3, 5, 6, dtype=torch.uint8)], data_samples=[sample])
    padded = model.data_preprocessor(data, training=True)['data_samples'][0].gt_parts.data
    assert padded[0, :5, :6].unique().tolist() == [1]
    assert padded[0, 5:].unique().tolist() == padded[0, :, 6:].unique().tolist() == [-7]


def test_all_heads_read_the_same_features_without_a_task_neck():
    model = build(backbone=dict(type=PixelwiseBackbone), neck=None)
    features = model.extract_feat(IMAGES)
    assert list(features) == ['seg', 'depth']
    assert features['seg'] is features['depth']
