"""Backbones in the words that people search for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_HUB = {
    'facebook/convnext-tiny-224': 'ConvNeXt-T',
    'facebook/dinov2-small': 'DINOv2 ViT-S/14',
    'facebook/dinov3-vits16-pretrain-lvd1689m': 'DINOv3 ViT-S/16',
    'microsoft/swin-tiny-patch4-window7-224': 'Swin-T',
}
_MIT = {32: 'MiT-B0'}
_VIT = {192: 'ViT-Ti', 384: 'ViT-S', 768: 'ViT-B', 1024: 'ViT-L', 1280: 'ViT-H'}
_VGG_WIDTHS, _VGG_CONVS = (64, 128, 256, 512, 512), (2, 2, 3, 3, 3)


def say_backbone(backbone: Mapping[str, Any]) -> str:
    """Says what a backbone is.

    Args:
        backbone: Its config.

    Returns:
        Words, such as ``'ResNet-50 (dilated)'``; the ``type`` of a backbone that is not known here.
    """
    kind = str(backbone['type'])
    if kind == 'HFBackbone':
        name = str(backbone.get('model') or (backbone.get('config') or {}).get('model_type'))
        words = _HUB.get(name, name.rpartition('/')[2])
        trained = backbone.get('trained_blocks', 0)
        but = f' but for {trained} blocks' if trained else ''
        return f'{words} (frozen{but})' if backbone.get('frozen') else words
    if 'SegNet' in kind:
        return f'SegNet ({_segnet_form(backbone)})'
    if kind == 'DenseUNetEncoder':
        return 'dense U-Net'
    if kind == 'WideResNet':
        return f'WRN-{backbone["depth"]}-{backbone["widen_factor"]}'
    if 'ResNet' in kind:
        strides = backbone.get('strides', (1, 2, 2, 2))
        dilated = kind == 'MTANResNet' or list(strides) != [1, 2, 2, 2]
        return f'ResNet-{backbone["depth"]}{" (dilated)" if dilated else ""}'
    if kind == 'HRNet':
        return f'HRNet-{backbone["extra"]["stage2"]["num_channels"][0]}'
    if kind == 'MixVisionTransformer':
        return _MIT.get(backbone.get('embed_dims', 64), kind)
    if kind == 'VisionTransformer':
        words = _VIT.get(backbone.get('embed_dims', 768), kind)
        return f'{words}/{backbone.get("patch_size", 16)}'
    return kind


def _segnet_form(backbone: Mapping[str, Any]) -> str:
    widths: Sequence[int] = tuple(backbone.get('widths') or _VGG_WIDTHS)
    convs: Sequence[int] = tuple(backbone.get('num_convs') or _VGG_CONVS)
    if widths != _VGG_WIDTHS:
        return f'{widths[0]} to {widths[-1]} channels'
    return 'VGG-16' if convs == _VGG_CONVS else f'VGG-16, {sum(convs)} convolutions'
