"""The configs on foundation backbones, with tiny models of the same classes as the hub has."""

from __future__ import annotations

from typing import Any

from mmengine.config import Config

from tests.utils.paths import CONFIGS

_VIT = dict(hidden_size=384, num_hidden_layers=12, num_attention_heads=6)
TINY: dict[str, dict[str, Any]] = {
    'facebook/dinov2-small': dict(
        model_type='dinov2', patch_size=14, image_size=56, mlp_ratio=1, **_VIT
    ),
    'facebook/dinov3-vits16-pretrain-lvd1689m': dict(
        model_type='dinov3_vit', patch_size=16, image_size=64, intermediate_size=64, **_VIT
    ),
    'microsoft/swin-tiny-patch4-window7-224': dict(
        model_type='swin', embed_dim=96, depths=[1] * 4, num_heads=[3, 6, 12, 24], mlp_ratio=1.0
    ),
    'facebook/convnext-tiny-224': dict(
        model_type='convnext', hidden_sizes=[96, 192, 384, 768], depths=[1] * 4
    ),
}
"""Random weights of the widths that the configs name, by the name of the model."""

NAMES = (
    'invpt_swin-t_cityscapes7',
    'linear_dinov2-s_cityscapes19',
    'split_convnext-t_upernet_cityscapes7',
    'split_dinov2-s_dpt_nyuv2',
    'stage-attention_dinov3-s_cityscapes7',
)


def full_config(name: str) -> Config:
    """Reads a config and gives it a small backbone; its decoders are as they stand there."""
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    backbone = cfg.model.backbone
    backbone.config = TINY[backbone.pop('model')]
    return cfg


def tiny_config(name: str) -> Config:
    """Reads a config and gives it a tiny backbone, and narrower decoders where these are wide."""
    cfg = full_config(name)
    if 'upernet' in name:
        cfg.model.decode_head.seg.channels = 32
        cfg.model.decode_head.depth.decoder.channels = 32
    if 'invpt' in name:
        cfg.model.neck.channels = 16
        for head in cfg.model.decode_head.values():
            head.in_channels = [4, 8, 16]
            head.channels = 16
        for head in cfg.model.auxiliary_head.values():
            head.in_channels = head.channels = 16
    return cfg
