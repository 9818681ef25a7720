"""What a backbone of transformers computes, found without computing it."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import nn

from mmmtl.models.backbones.foundation.extra import import_extra

_SIZE = 672  # divided by the strides of what is in use: 4, 8, 12, 14, 16, 24, 28, 32


class Shape(NamedTuple):
    """What is known of a backbone's outputs."""

    channels: tuple[int, ...]
    """Of each output."""
    strides: tuple[int, ...]
    """Of each output: pixels of the image for one of the map."""
    fixed_size: tuple[int, int] | None
    """Height and width that images must have; None if they may have any."""
    unused: frozenset[str]
    """Names of the parameters that no output depends on."""


def probe(config: Any) -> Shape:
    """Runs a backbone on the meta device, where nothing has numbers.

    Args:
        config: Its config, with the outputs that are asked for.

    Returns:
        What its outputs are.

    Raises:
        ValueError: If the config does not describe a model, or one that cannot read the images
            that it is for.
    """
    auto = import_extra('transformers.models.auto.modeling_auto', 'HFBackbone')
    with torch.device('meta'), torch.enable_grad():
        try:
            kind = auto.MODEL_FOR_BACKBONE_MAPPING[type(config)]
            model = kind(copy.deepcopy(config)).eval()
        except Exception as error:  # of whatever kind its code meets
            reason = ' '.join(str(error).split())
            raise ValueError(
                f'config: no {config.model_type!r} can be built of it ({type(error).__name__}: '
                f'{reason})'
            ) from error
        interpolate_positions(model)
        size, fixed = (_SIZE, _SIZE), None
        try:
            maps = model(torch.empty(1, config.num_channels, *size)).feature_maps
        except RuntimeError:
            size = fixed = _pair(config.image_size)
            maps = _maps_of_own_size(model, config, size)
        torch.stack([one.sum() for one in maps]).sum().backward()
    unused = {name for name, parameter in model.named_parameters() if parameter.grad is None}
    return Shape(
        tuple(one.shape[1] for one in maps),
        tuple(round(size[0] / one.shape[2]) for one in maps),
        fixed,
        frozenset(unused),
    )


def _maps_of_own_size(model: nn.Module, config: Any, size: tuple[int, int]) -> Any:
    try:
        return model(torch.empty(1, config.num_channels, *size)).feature_maps
    except RuntimeError as error:  # Hiera takes its positions for those of a square
        raise ValueError(
            f'config.image_size: expected a size whose images {config.model_type!r} reads, such as '
            f'a square, found {size[0]}x{size[1]} ({error})'
        ) from error


def interpolate_positions(model: nn.Module) -> None:
    """Makes a model interpolate its position embeddings where it would ask to be told.

    Args:
        model: A model of transformers.
    """
    for module in model.modules():
        forward = inspect.signature(module.forward).parameters
        if type(module).__name__.endswith('Embeddings') and 'interpolate_pos_encoding' in forward:
            module.register_forward_pre_hook(_asked, with_kwargs=True)


def _asked(
    _module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return args, {**kwargs, 'interpolate_pos_encoding': True}


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])
