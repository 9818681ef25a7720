import copy

import mmengine
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmmtl.compat.scope import registry_scope
from mmmtl.models.necks import StageAttentionNeck
from tests.utils.fourth_task import register_height
from tests.utils.plain.stage_attention import attend, conv_norm
from tests.utils.random_weights import randomise

TASKS = ('seg', 'depth', 'normal', 'height')
BN = dict(type='BN')
RESNET = dict(base_channels=4, stem_channels=8)
HRNET = {
    f'stage{i}': dict(
        num_modules=1,
        num_branches=i,
        block='BASIC',
        num_blocks=[1] * i,
        num_channels=[8 * 2**k for k in range(i)],
    )
    for i in range(2, 5)
}
HRNET['stage1'] = dict(
    num_modules=1, num_branches=1, block='BOTTLENECK', num_blocks=(1,), num_channels=(8,)
)
BACKBONES = {
    'resnet': dict(type='ResNet', depth=18, **RESNET),
    'resnet-d8': dict(
        type='ResNetV1c',
        depth=50,
        strides=(1, 2, 1, 1),
        dilations=(1, 1, 2, 4),
        contract_dilation=True,
        **RESNET,
    ),
    'resnext': dict(type='ResNeXt', depth=50, groups=2, base_width=4, base_channels=8),
    'resnest': dict(type='ResNeSt', depth=50, reduction_factor=2, **RESNET),
    'hrnet': dict(type='HRNet', extra=HRNET),
    'swin': dict(
        type='SwinTransformer',
        embed_dims=12,
        depths=(1, 1, 1, 1),
        num_heads=(1, 2, 4, 8),
        window_size=4,
    ),
    'mit': dict(
        type='MixVisionTransformer',
        embed_dims=8,
        num_layers=[1] * 4,
        num_heads=[1, 2, 5, 8],
        sr_ratios=[8, 4, 2, 1],
    ),
    'mscan': dict(type='MSCAN', embed_dims=[8, 16, 24, 32], depths=[1] * 4, norm_cfg=BN),
    'pcpvt': dict(
        type='PCPVT',
        embed_dims=[8, 16, 24, 32],
        num_heads=[1, 2, 3, 4],
        mlp_ratios=[2] * 4,
        depths=[1] * 4,
    ),
    'mobilenet-v2': dict(type='MobileNetV2', widen_factor=0.25, out_indices=(1, 2, 4, 6)),
    'mobilenet-v3': dict(type='MobileNetV3', arch='small', out_indices=(0, 1, 12)),
    'vit': dict(
        type='VisionTransformer',
        img_size=(64, 64),
        embed_dims=24,
        num_layers=4,
        num_heads=2,
        out_indices=(0, 1, 2, 3),
    ),
    'unet': dict(type='UNet', base_channels=4),  # from low resolution up
    'bisenet-v2': dict(  # up and down
        type='BiSeNetV2',
        detail_channels=(8, 8, 16),
        semantic_channels=(8, 8, 16, 16),
        bga_channels=16,
        semantic_expansion_ratio=1,
    ),
}


@pytest.fixture(autouse=True)
def fourth_task(monkeypatch):
    register_height(monkeypatch)


def random_features(channels, sizes):
    generator = torch.Generator().manual_seed(1)
    return tuple(
        torch.rand(2, c, *size, generator=generator, dtype=torch.float64)
        for c, size in zip(channels, sizes, strict=True)
    )


@pytest.mark.parametrize('count', [1, 2, 3, 4])
@pytest.mark.parametrize('training', [False, True])
def test_it_agrees_with_plain_torch(count, training):
    channels = (6, 4, 4, 8, 5)
    sizes = ((16, 24), (8, 12), (8, 12), (4, 6), (9, 7))  # halved, kept, halved, enlarged
    neck = StageAttentionNeck(channels, TASKS[:count], reduction=2).double().train(training)
    randomise(neck)
    state = copy.deepcopy(neck.state_dict())
    features = random_features(channels, sizes)
    outputs = neck(features)

    def shared(x, j):
        name = f'shared.{j}'
        return conv_norm(x, state, f'{name}.0', f'{name}.1', training, padding=1).relu()

    assert tuple(outputs) == TASKS[:count]
    pairs = [(x, x) for x in features]
    for task in TASKS[:count]:
        expected = attend(pairs, state, task, shared, training)
        for found, wanted in zip(outputs[task], expected, strict=True):
            assert wanted.std() > 0.05
            torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)

    sum(levels[-1].square().mean() for levels in outputs.values()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in neck.parameters())


@pytest.mark.parametrize('training', [False, True])
def test_the_last_stage_is_shared_too_where_asked_for(training):
    channels = (4, 8, 6)
    features = random_features(channels, ((16, 24), (8, 12), (4, 6)))
    neck = StageAttentionNeck(channels, TASKS[:2], shared_last=True).double().train(training)
    randomise(neck)
    state = copy.deepcopy(neck.state_dict())
    outputs = neck(features)

    def shared(x, j):
        name = f'shared.{j}'
        return conv_norm(x, state, f'{name}.0', f'{name}.1', training, padding=1).relu()

    for task in TASKS[:2]:
        *expected, last = attend([(x, x) for x in features], state, task, shared, training)
        for found, wanted in zip(outputs[task], (*expected, shared(last, 2)), strict=True):
            torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)


def test_the_masks_are_as_narrow_inside_as_asked_for():
    full, narrow = (StageAttentionNeck((8, 12), ['seg'], reduction=r) for r in (1, 4))
    widths = [
        [mask[0][0].out_channels for mask in neck.attention['seg'].masks] for neck in (full, narrow)
    ]
    assert widths == [[8, 12], [2, 3]]


def test_sizes_that_do_not_divide():
    features = random_features((2, 2, 2), ((17, 13), (9, 7), (5, 4)))
    outputs = StageAttentionNeck((2, 2, 2), ['seg']).double()(features)
    assert [x.shape for x in outputs['seg']] == [x.shape for x in features]


@pytest.mark.parametrize('name', BACKBONES)
def test_each_task_gets_the_pyramid_of_the_backbone(name):
    with registry_scope():  # mmseg's UNet builds a layer
        backbone = MODELS.build(BACKBONES[name])
    features = backbone(torch.rand(2, 3, 64, 64))
    neck = StageAttentionNeck([x.shape[1] for x in features], ['seg', 'depth'])
    outputs = neck(features)
    for levels in outputs.values():
        assert isinstance(levels, tuple)
        for level, feature in zip(levels, features, strict=True):
            assert level.shape == feature.shape
            # a mask is between 0 and 1
            assert ((level / feature)[feature.abs() > 1e-3].mean() - 0.5).abs() < 0.2
    outputs['depth'][-1].square().mean().backward()
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in backbone.parameters())
    assert all(p.grad is None for p in neck.attention['seg'].parameters())
    assert all(p.grad is not None for p in neck.attention['depth'].parameters())


SEG_HEADS = {
    'uper': dict(type='UPerHead', in_index=[0, 1, 2, 3], pool_scales=(1, 2)),
    'segformer': dict(type='SegformerHead', in_index=[0, 1, 2, 3]),
    'deeplabv3plus': dict(
        type='DepthwiseSeparableASPPHead',
        in_index=3,
        c1_in_channels=8,
        c1_channels=4,
        dilations=(1, 2),
    ),
    'psp': dict(type='PSPHead', in_index=3, pool_scales=(1, 2)),
}


@pytest.mark.parametrize('name', SEG_HEADS)
def test_heads_that_read_several_levels(name):
    channels = [8, 16, 40, 64]
    seg = dict(SEG_HEADS[name], channels=8, num_classes=5, align_corners=False, norm_cfg=BN)
    several = mmengine.is_seq_of(seg['in_index'], int)
    seg['in_channels'] = channels if several else channels[seg['in_index']]
    depth = dict(
        type='DepthHead',
        in_channels=channels,
        in_index=[0, 1, 2, 3],
        input_transform='resize_concat',
        channels=8,
    )
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=BACKBONES['mit'],
            neck=dict(type='StageAttentionNeck', in_channels=channels, tasks=['seg', 'depth']),
            decode_head=dict(seg=seg, depth=depth),
        )
    )
    model.init_weights()
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=torch.randint(5, (1, 64, 64)))
    sample.gt_depth_map = PixelData(data=torch.rand(1, 64, 64) + 0.1)
    losses = model(torch.rand(2, 3, 64, 64), [sample, sample], mode='loss')
    model.parse_losses(losses)[0].backward()
    assert all(p.grad is not None for p in model.parameters())
    with torch.no_grad():
        outputs = model.eval()(torch.rand(1, 3, 64, 64))
    assert {task: tuple(x.shape) for task, x in outputs.items()} == dict(
        seg=(1, 5, 64, 64), depth=(1, 1, 64, 64)
    )


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(in_channels=[]), 'in_channels: expected the channels of each stage, found none'),
        (dict(tasks=['height', 'height']), r"different names, found \['height', 'height'\]"),
        (dict(reduction=0), 'reduction: expected 1 to 4, .* found 0'),
        (dict(reduction=5), 'reduction: expected 1 to 4, .* found 5'),
    ],
)
def test_wrong_settings_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        StageAttentionNeck(**{**dict(in_channels=[4, 8], tasks=['seg']), **changes})


def test_features_that_do_not_fit_are_named():
    neck = StageAttentionNeck([4, 8], ['seg'])
    good = random_features((4, 8), ((8, 8), (4, 4)))
    for wrong in (good[:1], good[::-1], (*good, good[0])):
        channels = tuple(x.shape[1] for x in wrong)
        with pytest.raises(ValueError, match=rf'in_channels: .*maps, \({channels[0]}'):
            neck(wrong)
    for wrong, found in ((good[0], 'Tensor'), (dict(seg=good), 'dict'), ([good], 'list')):
        with pytest.raises(ValueError, match=f'expected a tuple of feature maps .* found {found}'):
            neck(wrong)
