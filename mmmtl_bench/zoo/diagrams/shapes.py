"""Channels and sizes of the maps inside of a network."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import Any, NamedTuple

import torch
from mmengine.config import Config
from torch import Tensor, nn

from mmmtl.models.backbones import HFBackbone
from mmmtl.models.backbones.foundation.adapters import is_adapter
from mmmtl_bench.zoo.bare_network import build_bare


class MapShape(NamedTuple):
    """The shape of a module's output."""

    channels: int
    stride: int
    """Pixels of the image for one of the map."""
    trained: bool = True
    """Whether any weight of the module is trained, but for those of adapters."""


class Network(NamedTuple):
    """What a picture takes from a network."""

    tasks: tuple[str, ...]
    shapes: dict[str, MapShape]
    """For each module that gives maps, by its name, that of the last one; where it gives several,
    also that of each, by the name with index or task, such as ``'backbone[0]'``."""
    blocks: tuple[bool, ...] = ()
    """Whether each block of a backbone of transformers is trained, from the image on."""

    def count(self, pattern: str) -> int:
        """Counts modules or maps.

        Args:
            pattern: Their name with ``{}`` in place of the index.

        Returns:
            How many there are, from index 0 on.
        """
        return next(index for index in count() if pattern.format(index) not in self.shapes)


def trace_network(cfg: Config, side: int = 224) -> Network:
    """Runs the network of a config without computing anything, and looks at what comes out.

    Args:
        cfg: The config; nothing is read or downloaded for it.
        side: Height and width of the image. Defaults to 224, a multiple of patches of 14 and 16
            pixels, and of 32.

    Returns:
        Its tasks and the shapes of its maps.
    """
    model: Any = build_bare(cfg, on_meta=True).to('meta').eval()
    shapes: dict[str, MapShape] = {}
    for name, module in model.named_modules():
        module.register_forward_hook(partial(_record, shapes, name, side))
    with torch.no_grad():
        model(torch.zeros(1, 3, side, side, device='meta'), mode='tensor')
    return Network(tuple(model.tasks), shapes, _trained_blocks(model.backbone))


def _trained_blocks(backbone: Any) -> tuple[bool, ...]:
    if not isinstance(backbone, HFBackbone):
        return ()
    trained = {
        backbone.get_layer_depth(f'model.{name}')[0]
        for name, weight in backbone.model.named_parameters()
        if weight.requires_grad and not is_adapter(name)
    }
    return tuple(depth in trained for depth in range(1, backbone.num_blocks + 1))


def _record(
    shapes: dict[str, MapShape], name: str, side: int, module: nn.Module, _: Any, output: Any
) -> None:
    weights = [one for key, one in module.named_parameters() if not is_adapter(key)]
    trained = not weights or any(weight.requires_grad for weight in weights)
    while isinstance(output, tuple) and len(output) == 1 and isinstance(output[0], tuple):
        output = output[0]
    parts: dict[Any, Any] = {0: output}
    if isinstance(output, dict):
        parts = output
    elif isinstance(output, (tuple, list)):
        parts = dict(enumerate(output))
    for index, part in parts.items():
        found = _last_map(part)
        if found is not None:
            shape = MapShape(found.shape[1], round(side / found.shape[-1]), trained)
            shapes[name] = shape
            if len(parts) > 1:
                shapes[f'{name}[{index}]'] = shape


def _last_map(part: Any) -> Tensor | None:
    if isinstance(part, Tensor):
        return part if part.ndim == 4 and part.shape[-1] > 0 else None
    maps = [_last_map(one) for one in part] if isinstance(part, (tuple, list)) else []
    return next((one for one in reversed(maps) if one is not None), None)
