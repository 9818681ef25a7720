"""From a network to its graph."""

from __future__ import annotations

from enum import Enum

import torch
from torch.export import Dim, ExportedProgram

from mmmtl.deployment.network import DeployedNetwork


class DynamicAxes(Enum):
    """What of an input's shape may differ when an exported network runs."""

    ALL = ('batch', 'height', 'width')
    BATCH = ('batch',)
    NONE = ()


def trace_network(
    network: DeployedNetwork,
    size: tuple[int, int],
    axes: DynamicAxes = DynamicAxes.ALL,
) -> ExportedProgram:
    """Records the graph of a network.

    Args:
        network: The network.
        size: Height and width of the images; those of the recorded one, if they may differ.
        axes: What may differ. Defaults to batch, height and width.

    Returns:
        The graph, with an output for each task by name.

    Raises:
        torch._dynamo.exc.UserError: If the network fixes what is to be dynamic.
    """
    batch = 2 if 'batch' in axes.value else 1  # of 1, torch takes for granted that it stays 1
    image = torch.zeros((batch, *size, 3), dtype=network.dtype)
    dynamic = {
        index: Dim.DYNAMIC for index, name in enumerate(DynamicAxes.ALL.value) if name in axes.value
    }
    with torch.no_grad():
        return torch.export.export(network, (image,), dynamic_shapes=(dynamic,))
