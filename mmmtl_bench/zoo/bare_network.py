"""Networks of configs without the weights that their configs name."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mmengine.config import Config
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS
from torch import nn

from mmmtl.checks.meta import weights_on_meta, without_weight_files
from mmmtl.compat.scope import config_scope

_NO_COST = ('loss_weighting', 'data_preprocessor', 'test_cfg')
_HUB: dict[str, dict[str, Any]] = {
    'facebook/convnext-tiny-224': dict(
        model_type='convnext', hidden_sizes=[96, 192, 384, 768], depths=[3, 3, 9, 3]
    ),
    'facebook/dinov2-small': dict(
        model_type='dinov2', hidden_size=384, num_attention_heads=6, image_size=518, patch_size=14
    ),
    'facebook/dinov3-vits16-pretrain-lvd1689m': dict(
        model_type='dinov3_vit', num_register_tokens=4
    ),
    'microsoft/swin-tiny-patch4-window7-224': dict(model_type='swin'),
}
"""What the ``config.json`` of a model of the hub says that is not transformers' default."""


def build_bare(cfg: Config, on_meta: bool = False) -> nn.Module:
    """Builds the network of a config with random weights; no file is read, nothing downloaded.

    Models of the hub that the project's configs name are built from what is known of their shape.

    Args:
        cfg: The config.
        on_meta: Whether its weights have shapes alone, on torch's meta device. Defaults to False.

    Returns:
        The segmentor.
    """
    init_default_scope(config_scope(cfg))
    model = without_weight_files(cfg.model)
    name = model['backbone'].get('model')
    if name in _HUB:
        config = {**_HUB[name], **(model['backbone'].get('config') or {})}
        model['backbone'].update(model=None, config=config)
    if not on_meta:
        return revert_sync_batchnorm(MODELS.build(model))
    with weights_on_meta():
        return MODELS.build(model)


def network_key(model: Mapping[str, Any], size: tuple[int, int]) -> str:
    """Names a network at a size: configs with the same one cost the same.

    Args:
        model: The model's config; its loss weighting and its treatment of images do not count.
        size: Height and width of the images.

    Returns:
        Twelve hexadecimal digits.
    """
    parts = {key: copy.deepcopy(part) for key, part in model.items() if key not in _NO_COST}
    text = json.dumps([parts, size], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
