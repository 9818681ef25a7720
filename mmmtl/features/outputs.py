"""What a backbone gives for a batch, as tensors by name for each image, and back.

A backbone gives maps, or pairs of map and class token: ``map_0`` of shape (C, H, W) and ``token_0``
of shape (C,), ``map_1`` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

_MAP, _TOKEN = 'map_', 'token_'


def take_apart(outputs: Sequence[Any]) -> list[dict[str, Tensor]]:
    """Gives the features of each image of a batch.

    Args:
        outputs: Maps (N, C, H, W), or pairs of a map and a class token (N, C).

    Returns:
        Tensors by name, for each image.

    Raises:
        ValueError: If the backbone gives something else.
    """
    named: dict[str, Tensor] = {}
    for index, output in enumerate(outputs if isinstance(outputs, (tuple, list)) else (None,)):
        pair = output if isinstance(output, (tuple, list)) else (output,)
        if len(pair) > 2 or not all(isinstance(one, Tensor) for one in pair):
            raise ValueError(
                'features: expected maps, or pairs of map and class token, of the backbone, found '
                f'{type(outputs).__name__} of {type(output).__name__}.'
            )
        named |= {f'{name}{index}': one for name, one in zip((_MAP, _TOKEN), pair, strict=False)}
    count = len(next(iter(named.values())))
    return [{name: value[image] for name, value in named.items()} for image in range(count)]


def put_together(images: Sequence[Mapping[str, Tensor]]) -> tuple[Any, ...]:
    """Gives what the backbone gave for a batch.

    Args:
        images: Features of each image, see :func:`take_apart`.

    Returns:
        Maps, or pairs of map and class token, float32.

    Raises:
        ValueError: If the images have features of different sizes.
    """
    first = images[0]
    for other in images[1:]:
        if {n: v.shape for n, v in other.items()} != {n: v.shape for n, v in first.items()}:
            raise ValueError(
                'features: expected those of images of one size in a batch, found maps of '
                f'{sorted({tuple(image[f"{_MAP}0"].shape) for image in images})}.'
            )
    joined = {name: torch.stack([image[name] for image in images]).float() for name in first}
    count = sum(name.startswith(_MAP) for name in joined)
    if f'{_TOKEN}0' in joined:
        return tuple(
            (joined[f'{_MAP}{index}'], joined[f'{_TOKEN}{index}']) for index in range(count)
        )
    return tuple(joined[f'{_MAP}{index}'] for index in range(count))
