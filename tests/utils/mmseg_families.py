"""One config of each family that mmseg ships, made narrow enough to be tried in a moment."""

from __future__ import annotations

import re
from pathlib import Path

from mmengine.config import Config

from mmmtl.compat.config import get_installed_path

FOLDER = Path(get_installed_path('mmseg'), '.mim', 'configs')

FAMILIES = dict(
    ann='ann_r50-d8_4xb2-40k_cityscapes-512x1024',
    apcnet='apcnet_r50-d8_4xb2-40k_cityscapes-512x1024',
    beit='beit-base_upernet_8xb2-160k_ade20k-640x640',
    bisenetv1='bisenetv1_r18-d32_4xb4-160k_cityscapes-1024x1024',
    bisenetv2='bisenetv2_fcn_4xb4-160k_cityscapes-1024x1024',
    cgnet='cgnet_fcn_4xb4-60k_cityscapes-680x680',
    danet='danet_r50-d8_4xb2-40k_cityscapes-512x1024',
    ddrnet='ddrnet_23-slim_in1k-pre_2xb6-120k_cityscapes-1024x1024',
    deeplabv3='deeplabv3_r50-d8_4xb2-40k_cityscapes-769x769',
    deeplabv3plus='deeplabv3plus_r50-d8_4xb2-40k_cityscapes-512x1024',
    dmnet='dmnet_r50-d8_4xb2-40k_cityscapes-512x1024',
    dnlnet='dnl_r50-d8_4xb2-40k_cityscapes-512x1024',
    dpt='dpt_vit-b16_8xb2-160k_ade20k-512x512',
    emanet='emanet_r50-d8_4xb2-80k_cityscapes-512x1024',
    encnet='encnet_r50-d8_4xb2-40k_cityscapes-512x1024',
    erfnet='erfnet_fcn_4xb4-160k_cityscapes-512x1024',
    fastfcn='fastfcn_r50-d32_jpu_psp_4xb2-80k_cityscapes-512x1024',
    fastscnn='fast_scnn_8xb4-160k_cityscapes-512x1024',
    fcn='fcn_r50-d8_4xb2-40k_cityscapes-512x1024',
    gcnet='gcnet_r50-d8_4xb2-40k_cityscapes-512x1024',
    hrnet='fcn_hr18s_4xb2-40k_cityscapes-512x1024',
    icnet='icnet_r18-d8_4xb2-80k_cityscapes-832x832',
    isanet='isanet_r50-d8_4xb2-40k_cityscapes-512x1024',
    knet='knet-s3_r50-d8_upernet_8xb2-adamw-80k_ade20k-512x512',
    mae='mae-base_upernet_8xb2-amp-160k_ade20k-512x512',
    mobilenet_v2='mobilenet-v2-d8_fcn_4xb2-80k_cityscapes-512x1024',
    mobilenet_v3='mobilenet-v3-d8-s_lraspp_4xb4-320k_cityscapes-512x1024',
    nonlocal_net='nonlocal_r50-d8_4xb2-40k_cityscapes-512x1024',
    ocrnet='ocrnet_hr18s_4xb2-40k_cityscapes-512x1024',
    pidnet='pidnet-s_2xb6-120k_1024x1024-cityscapes',
    pspnet='pspnet_r50-d8_4xb2-40k_cityscapes-512x1024',
    resnest='resnest_s101-d8_fcn_4xb2-80k_cityscapes-512x1024',
    segformer='segformer_mit-b0_8xb1-160k_cityscapes-1024x1024',
    segmenter='segmenter_vit-t_mask_8xb1-160k_ade20k-512x512',
    segnext='segnext_mscan-t_1xb16-adamw-160k_ade20k-512x512',
    sem_fpn='fpn_r50_4xb2-80k_cityscapes-512x1024',
    setr='setr_vit-l-mla_8xb1-160k_ade20k-512x512',
    stdc='stdc1_4xb12-80k_cityscapes-512x1024',
    swin='swin-tiny-patch4-window7-in1k-pre_upernet_8xb2-160k_ade20k-512x512',
    twins='twins_pcpvt-s_uperhead_8xb4-160k_ade20k-512x512',
    unet='unet-s5-d16_pspnet_4xb4-40k_chase-db1-128x128',
    upernet='upernet_r50_4xb2-40k_cityscapes-512x1024',
    vit='vit_deit-s16_upernet_8xb2-160k_ade20k-512x512',
)
"""Config of each family whose dependencies the default stack has."""

OTHERS = dict(
    ccnet='needs compiled mmcv',
    convnext='needs mmpretrain',
    dsdl='DeepLabV3 on other data sets',
    mask2former='needs mmdet',
    maskformer='needs mmdet',
    point_rend='needs compiled mmcv',
    poolformer='needs mmpretrain',
    psanet='needs compiled mmcv',
    san='no encoder-decoder',
    vpd='no encoder-decoder',
)

_WIDTH = re.compile(r'(channels|embed_dims?)$')
_RESNETS = ('ResNet', 'ResNetV1c', 'ResNetV1d', 'ResNeSt')
_DIVISOR = 8
_NARROWEST = 16  # what is less is no width: a colour image has 3 channels
_FIXED = ('cgnet', 'ddrnet', 'erfnet', 'fastscnn', 'bisenetv2', 'mobilenet_v2', 'mobilenet_v3')
"""Families whose widths no config states."""


def family_config(family: str) -> Config:
    """Gives the config of a family, as mmseg ships it."""
    return Config.fromfile(FOLDER / family / f'{FAMILIES[family]}.py')


def narrow_family_config(family: str) -> Config:
    """Gives the config of a family with all widths divided by 8."""
    cfg = family_config(family)
    if family not in _FIXED:
        narrow_model(cfg.model)
    return cfg


def narrow_model(node: object) -> None:
    """Divides all widths in the config of a model, or a part of one, by 8."""
    if isinstance(node, dict):
        for key, value in node.items():
            if _WIDTH.search(key):
                node[key] = _divided(value)
        if node.get('type') in _RESNETS:
            node['base_channels'] = 64 // _DIVISOR
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for value in node:
            narrow_model(value)


def _divided(width: object) -> object:
    if isinstance(width, int):
        return width // _DIVISOR if width >= _NARROWEST else width
    if isinstance(width, (list, tuple)):
        return type(width)(_divided(value) for value in width)
    return width
