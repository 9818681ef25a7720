"""Which outputs of a network hang on how its numbers are rounded."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

import numpy as np
import torch

from mmmtl.deployment.network import DeployedNetwork

_PERTURBATION = 1e-6
_MOST_RUNS = 32


def changed_by_rounding(
    network: DeployedNetwork,
    image: np.ndarray,
    outputs: Mapping[str, np.ndarray],
    limits: Mapping[str, float],
    questioned: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Finds outputs that change when all weights change by a millionth.

    That is about ten times the precision of float32. A continuous network changes about as little.
    The network is run with other random changes until all outputs in question have changed, up to
    32 times: of two alternatives a change hits the other one every second time.

    Args:
        network: The network.
        image: Images of shape (N, H, W, 3).
        outputs: The network's outputs by task.
        limits: How much an output must change, by task.
        questioned: The outputs in question, boolean arrays of the outputs' shapes.

    Returns:
        Those that change by more than their limit, boolean arrays of the outputs' shapes.
    """
    changed = {task: np.zeros_like(asked) for task, asked in questioned.items()}
    if not any(asked.any() for asked in questioned.values()):
        return changed
    copy = deepcopy(network)
    generator = torch.Generator().manual_seed(0)
    for _ in range(_MOST_RUNS):
        _perturb(copy, network, generator)
        for task, output in copy.run(image).items():
            changed[task] |= np.abs(output - outputs[task]) > limits[task]
        if all((changed[task] | ~asked).all() for task, asked in questioned.items()):
            break
    return changed


def _perturb(copy: DeployedNetwork, network: DeployedNetwork, generator: torch.Generator) -> None:
    with torch.no_grad():
        for parameter, original in zip(copy.parameters(), network.parameters(), strict=True):
            noise = torch.randn(original.shape, generator=generator)
            parameter.copy_(original * (1 + _PERTURBATION * noise))
