"""What features depend on beside the image, in one word."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from torch import nn

from mmmtl.models.backbones.foundation.frozen_state import hash_weights

_OF_NO_EFFECT = ('transformers_version', '_name_or_path', 'dtype', 'torch_dtype')
_OF_IMAGES = ('size', 'size_divisor', 'pad_val', '_channel_conversion', '_enable_normalize')


def features_identity(backbone: Any, preprocessor: Any) -> str:
    """Computes the hash of a frozen backbone and of what is done to its images.

    Args:
        backbone: An :class:`~mmmtl.models.backbones.HFBackbone` that nothing trains.
        preprocessor: The data preprocessor.

    Returns:
        The SHA-256 of the weights, the model's config with its outputs, and the normalisation and
        padding of images, as hexadecimal digits.

    Raises:
        ValueError: If the backbone is of another type or trained, or images are changed at random.
    """
    model, config = getattr(backbone, 'model', None), getattr(backbone, 'features_config', None)
    if not isinstance(model, nn.Module) or config is None:
        raise ValueError(
            f'features: expected an HFBackbone, whose features can be stored, found '
            f'{type(backbone).__name__}.'
        )
    count = sum(one.numel() for one in backbone.parameters() if one.requires_grad)
    if count:
        raise ValueError(
            'features: expected a backbone of which nothing is trained (frozen=True, without '
            f'trained_blocks and lora), found {count:,} trained parameters: what it makes of an '
            'image changes with every step.'
        )
    if getattr(preprocessor, 'batch_augments', None) is not None:
        raise ValueError(
            'features: expected a data_preprocessor without batch_augments, which change images '
            'at random, found some.'
        )
    told = {key: value for key, value in config.items() if key not in _OF_NO_EFFECT}
    told['images'] = {name: getattr(preprocessor, name, None) for name in _OF_IMAGES}
    for name in ('mean', 'std'):
        numbers = getattr(preprocessor, name, None)
        told['images'][name] = None if numbers is None else numbers.flatten().tolist()
    names = [name for name, _ in (*backbone.named_parameters(), *backbone.named_buffers())]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode())
    digest.update(bytes(hash_weights(backbone, names).tolist()))
    return digest.hexdigest()
