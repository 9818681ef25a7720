"""Whether the graph of a network takes the images that it is said to take."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.export import ExportedProgram

from mmmtl.deployment.tracing import DynamicAxes

Shape = tuple[int, int, int]
"""Batch, height and width."""


def checked_shapes(size: tuple[int, int], axes: DynamicAxes) -> list[Shape]:
    """Gives shapes at which an exported network is run to be compared with the network.

    Args:
        size: Height and width at which the network is meant to see images.
        axes: What may differ.

    Returns:
        The size itself, and where they may differ a batch of 2, and a larger, odd size.
    """
    height, width = size
    shapes = [(1, height, width)]
    if 'batch' in axes.value:
        shapes.append((2, height, width))
    if 'height' in axes.value:
        shapes.append((1, height * 9 // 8 | 1, width * 9 // 8 | 1))
    return shapes


def require_shapes(
    program: ExportedProgram,
    image_type: torch.dtype,
    size: tuple[int, int],
    axes: DynamicAxes,
) -> None:
    """Requires that a graph takes whatever may differ, by its shapes alone; nothing is computed.

    Where a network decides by the size, as one that pads to whole windows, a graph holds one of
    the ways, and its conditions; a file in a format without conditions would take other sizes, and
    fail.

    Args:
        program: The graph.
        image_type: Type of the images.
        size: Height and width at which the network is meant to see images.
        axes: What may differ.

    Raises:
        ValueError: If it refuses a batch of one, or where they may differ a larger one, squares,
            the size on its side, and others, larger in one direction or both.
    """
    graph = program.module()
    shapes = [(1, *size)]
    if 'batch' in axes.value:
        shapes.append((5, *size))
    if 'height' in axes.value:
        shapes += [(2, *other) for other in _other_sizes(*size)]
    for shape in shapes:
        try:
            with FakeTensorMode(allow_non_fake_inputs=True):
                graph(torch.empty((*shape, 3), dtype=image_type))
        except Exception as error:  # conditions and operators raise errors of all kinds
            batch, height, width = shape
            raise ValueError(
                f'the graph refuses {batch} images of {height}x{width}: {str(error)[:100]}'
            ) from error


def _other_sizes(height: int, width: int) -> Sequence[tuple[int, int]]:
    longer = max(height, width)
    return (
        (width, height),
        (longer, longer),
        (height, width + 1),
        (height * 10 // 7, width * 20 // 9),
        (height * 22 // 7, width * 22 // 9),
    )
