"""The parts of a segmentor that are its network."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn


def network_parts(model: nn.Module) -> Iterator[nn.Module]:
    """Gives the parts of a segmentor that turn images into outputs.

    Args:
        model: A segmentor of this package or of mmseg, not wrapped.

    Yields:
        Its backbone, its neck and its heads, those of each task.
    """
    for name in ('backbone', 'neck', 'decode_head', 'auxiliary_head'):
        part = getattr(model, name, None)
        if isinstance(part, (nn.ModuleDict, nn.ModuleList)):
            for child in part.children():
                many = isinstance(child, nn.ModuleList)
                yield from child.children() if many else (child,)
        elif part is not None:
            yield part
