"""The networks of configs/_base_/models at widths at which they can be exported in seconds."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.config import Config
from mmseg.registry import MODELS
from torch import nn

from tests.utils.paths import CONFIGS

BASE_FILES = CONFIGS / '_base_' / 'models'

SAME_OPERATIONS = {
    'segnet-seg': 'split_segnet',
    'segnet-depth': 'split_segnet',
    'segnet-normal': 'stan_segnet-normal',
    'split-deep_segnet': 'split_segnet',
    'split-wide_segnet': 'split_segnet',
    'stan_segnet-seg': 'mtan_segnet',
    'stan_segnet-depth': 'mtan_segnet',
    'stan-v1_segnet-seg': 'mtan-v1_segnet',
    'stan-v1_segnet-depth': 'mtan-v1_segnet',
    'stunet-seg': 'mtunet',
    'stunet-depth': 'mtunet',
    'invpt-full_swin-t': 'invpt-full_vit-b',
    'split_swin-t': 'invpt_swin-t',
    'r18-d8_deeplabv3': 'split_r50-d8_deeplabv3',
}
"""Files that differ from another one in sizes, tasks or parts of others only."""

PARTS = ('task_heads',)
"""Files that are no network by themselves."""

ARCHITECTURES = sorted(
    {path.stem for path in BASE_FILES.glob('*.py')} - set(SAME_OPERATIONS) - set(PARTS)
)

FIXED_SIZE = {
    'invpt-full_vit-b': 'adaptive pooling, positions of patches',
    'invpt_mit-b0': 'adaptive pooling',
    'invpt_swin-t': 'adaptive pooling, windows',
    'mtan_r50-d8_deeplabv3': 'adaptive pooling, resizing with aligned corners',
    'mtan_wrn28-4': 'adaptive pooling',
    'mtinet_hr18': "HRNet's upsampling by factors",
    'split_convnext-t_upernet': 'adaptive pooling',
    'split_dinov2-s_dpt': "mmseg's DPT counts tokens",
    'split_r50-d8_deeplabv3': 'resizing with aligned corners',
    'stage-attention_dinov3-s': 'positions of patches',
    'stage-attention_mit-b0_segformer': 'adaptive pooling',
}
"""Networks of which only the batch can be dynamic, and why."""

SAME_OPERATORS = (
    'cross-stitch_segnet',
    'dense_segnet',
    'mtan-v1_segnet',
    'mtlbl1_segnet',
    'mtlbl2_segnet',
    'split_segnet',
)
"""Networks whose operators are all among those of others."""

_NARROWED = ('in_channels', 'channels', 'num_channels', 'embed_dims')
"""Keys of the configs whose numbers are divided."""

_DIVISOR = 8

_SMALLER = {
    'SegNet': dict(widths=(8, 12), num_convs=(2, 2)),
    'SegNetEncoder': dict(widths=(8, 12), num_convs=(2, 2)),
    'CrossStitchSegNet': dict(widths=(8, 12), num_convs=(2, 2)),
    'DenseSegNet': dict(widths=(8, 12), num_convs=(2, 2)),
    'MTLBL1SegNet': dict(widths=(8, 12), num_convs=(2, 2)),
    'MTANNeck': dict(widths=(8, 12)),
    'MTANv1Neck': dict(widths=(8, 12)),
    'MTLBL2Neck': dict(widths=(8, 12), num_convs=(2, 2)),
    'DenseUNetEncoder': dict(widths=(8, 8, 8, 8), bottleneck_width=16),
    'CrossTalkDecoder': dict(in_channels=(8, 8, 8, 8, 16)),
    'ResNet': dict(base_channels=8, stem_channels=8),
    'ResNetV1c': dict(base_channels=8, stem_channels=8),
    'MTANResNet': dict(base_channels=8, stem_channels=8),
    'MTANResNetNeck': dict(in_channels=(32, 64, 128, 256)),
    'ASPPNeck': dict(channels=32),
    'PADNetNeck': dict(channels=32),
    'TaskStreamsNeck': dict(channels=32),
    'SimpleFeaturePyramid': dict(out_channels=32),
    'InvPTFullNeck': dict(channels=64, token_channels=72),
    'VisionTransformer': dict(num_layers=3, num_heads=2, out_indices=(0, 1, 2)),
    'MixVisionTransformer': dict(num_layers=[1, 1, 1, 1]),
    'WideResNet': dict(depth=10, widen_factor=1),
}
"""Sizes of parts whose configs leave them to the defaults, or whose depth can be less."""

_VIT = dict(hidden_size=48, num_hidden_layers=4, num_attention_heads=2)

_OF_HUB: dict[str, dict[str, Any]] = {
    'facebook/dinov2-small': dict(
        model_type='dinov2', patch_size=14, image_size=56, mlp_ratio=1, **_VIT
    ),
    'facebook/dinov3-vits16-pretrain-lvd1689m': dict(
        model_type='dinov3_vit', patch_size=16, image_size=64, intermediate_size=48, **_VIT
    ),
    'microsoft/swin-tiny-patch4-window7-224': dict(
        model_type='swin', embed_dim=12, depths=[1] * 4, num_heads=[1, 2, 2, 2], mlp_ratio=1.0
    ),
    'facebook/convnext-tiny-224': dict(
        model_type='convnext', hidden_sizes=[12, 24, 48, 96], depths=[1] * 4
    ),
}
"""Random weights of small widths in place of a model of the hub, by its name."""

_OF_DATA = {
    'mtan_wrn28-4': dict(
        tasks=dict(
            aircraft=dict(type='ImageClassTask', classes=5),
            dtd=dict(type='ImageClassTask', classes=3),
        ),
        neck=dict(type='StageAttentionNeck', in_channels=(16, 16, 32, 64), shared_last=True),
        decode_head=dict(
            aircraft=dict(type='ImageClassHead', in_channels=64),
            dtd=dict(type='ImageClassHead', in_channels=64),
        ),
    )
}
"""What a data set's config defines, some of its tasks, and the widths that go with them."""


def build(name: str, **neck: Any) -> nn.Module:
    """Builds a small form of a network, with random weights and these arguments of its neck."""
    cfg = Config.fromfile(BASE_FILES / f'{name}.py').model
    shrink(cfg)
    for key, part in _OF_DATA.get(name, {}).items():
        cfg[key] = part  # update() would keep what is inside
    if neck:
        cfg.neck.update(neck)
    torch.manual_seed(0)
    model = MODELS.build(cfg)
    calibrate(model)
    return model


def calibrate(model: nn.Module) -> None:
    """Sets running statistics with which activations neither vanish nor grow."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    model.train()
    with torch.no_grad():
        model(torch.rand(4, 3, 64, 96), mode='tensor')
    model.eval()


def shrink(cfg: Any) -> None:
    """Makes a config, and those inside it, smaller in place."""
    for key, value in cfg.items():
        if isinstance(value, dict):
            shrink(value)
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            for item in value:
                shrink(item)
        elif key in _NARROWED:
            many = isinstance(value, (list, tuple))
            cfg[key] = [width // _DIVISOR for width in value] if many else value // _DIVISOR
        elif key == 'num_modules':
            cfg[key] = 1
        elif key == 'num_blocks':
            cfg[key] = (1,) * len(value)
    cfg.update(_SMALLER.get(cfg.get('type'), {}))
    if cfg.get('type') == 'HFBackbone':
        cfg.config = _OF_HUB[cfg.pop('model')]
        if 11 in cfg.get('out_indices', ()):  # of twelve blocks, which are four here
            cfg.out_indices = range(len(cfg.out_indices))
