"""Tiny models of transformers of the families that are in use, with random weights."""

from __future__ import annotations

from typing import Any

import torch

_VIT = dict(hidden_size=16, num_hidden_layers=4, num_attention_heads=2)
_STAGES = dict(hidden_sizes=[8, 16, 24, 32], depths=[1, 1, 2, 1])
_SWIN = dict(embed_dim=8, depths=[1, 1, 2, 1], num_heads=[1, 1, 2, 2], image_size=64)

CONFIGS: dict[str, dict[str, Any]] = {
    config['model_type']: config
    for config in (
        dict(model_type='dinov2', patch_size=14, image_size=56, mlp_ratio=2, **_VIT),
        dict(model_type='dinov2_with_registers', patch_size=14, image_size=56, mlp_ratio=2, **_VIT),
        dict(
            model_type='dinov3_vit',
            patch_size=16,
            image_size=64,
            intermediate_size=32,
            num_register_tokens=2,
            **_VIT,
        ),
        dict(
            model_type='beit',
            patch_size=16,
            image_size=64,
            intermediate_size=32,
            use_relative_position_bias=True,
            **_VIT,
        ),
        dict(model_type='dinov3_convnext', **_STAGES),
        dict(model_type='convnext', **_STAGES),
        dict(model_type='convnextv2', **_STAGES),
        dict(model_type='resnet', embedding_size=8, **_STAGES),
        dict(model_type='swin', window_size=4, **_SWIN),
        dict(model_type='swinv2', window_size=4, **_SWIN),
        dict(model_type='maskformer-swin', window_size=4, **_SWIN),
        dict(model_type='hiera', **{**_SWIN, 'image_size': [64, 64]}),
    )
}
"""``config.json`` by family."""

PLAIN = ('dinov2', 'dinov2_with_registers', 'dinov3_vit', 'beit')
"""Families whose features have one stride, and a class token."""


def backbone(family: str = 'dinov2', **settings: Any) -> Any:
    """Builds an ``HFBackbone`` with the same random weights each time."""
    from mmmtl.models.backbones import HFBackbone

    torch.manual_seed(0)
    return HFBackbone(config=CONFIGS[family], **settings).eval()


def images(found: Any, count: int = 2, factors: tuple[int, int] = (2, 3)) -> torch.Tensor:
    """Draws images of a size that a backbone reads."""
    generator = torch.Generator().manual_seed(1)
    height, width = found.fixed_size or (found.size_divisor * factor for factor in factors)
    return torch.randn(count, 3, height, width, generator=generator)


def write_folder(folder: Any, family: str = 'dinov2', processor: dict | None = None) -> Any:
    """Writes what a folder of the hub holds; gives transformers' own backbone of all outputs."""
    import json

    from transformers.models.auto.modeling_auto import MODEL_FOR_BACKBONE_MAPPING

    from mmmtl.models.backbones.foundation.weights import backbone_config

    torch.manual_seed(1)
    config = backbone_config(CONFIGS[family], 'test')
    config.out_features = list(config.stage_names[1:])
    model = MODEL_FOR_BACKBONE_MAPPING[type(config)](config).eval()
    model.save_pretrained(folder)
    if processor is not None:
        (folder / 'preprocessor_config.json').write_text(json.dumps(processor))
    return model
