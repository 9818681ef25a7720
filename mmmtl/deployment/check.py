"""Whether an exported network computes what the network computes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from mmmtl.deployment.network import DeployedNetwork
from mmmtl.deployment.rounding import changed_by_rounding

Runner = Callable[[np.ndarray], dict[str, np.ndarray]]
"""A network, from images (N, H, W, 3) to the maps by task."""

_MOST_UNDECIDED = 0.5
"""Largest share of a map's values that may hang on rounding."""


@dataclass(frozen=True)
class ExportCheck:
    """What a comparison found.

    Args:
        differences: The largest absolute difference of each task's outputs, undecided ones aside.
        undecided: The largest share of each task's outputs that differ by more than the tolerance
            because they hang on rounding, see :func:`check_export`.
        network_ms: Milliseconds that torch took for the first shape.
        exported_ms: Milliseconds that the exported network took for it.
    """

    differences: dict[str, float]
    undecided: dict[str, float]
    network_ms: float
    exported_ms: float


def check_export(
    network: DeployedNetwork,
    exported: Runner,
    shapes: Sequence[tuple[int, int, int]],
    tolerance: float = 1e-4,
    repeats: int = 5,
) -> ExportCheck:
    """Compares both networks on random images, and how fast they are on the first of the shapes.

    Some networks are not continuous: where two values of a pooling window are equal up to rounding,
    it is rounding that decides which one an unpooling takes for the maximum, and torch differs from
    itself when it sums in another order. An output that differs by more than the tolerance passes
    only if it is such a one: if the network's own output there changes as much when its weights
    change by about ten times float32's precision. Of each map, at most half may be undecided.

    Args:
        network: The network, on the CPU.
        exported: The exported network.
        shapes: Batch, height and width of the images.
        tolerance: How much outputs may differ, relative to a task's largest absolute output where
            that is above 1. Defaults to 1e-4.
        repeats: Runs to take the median time of, after one to get warm. Defaults to 5; with 0 the
            times are not taken, but NaN.

    Returns:
        What was found.

    Raises:
        ValueError: If outputs differ by more, have other names or shapes, or are not finite.
    """
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (*shape, 3)).astype(network.image_type) for shape in shapes]
    differences: dict[str, float] = {}
    undecided: dict[str, float] = {}
    for image in images:
        for task, (difference, share) in _compare(network, exported, image, tolerance).items():
            differences[task] = max(difference, differences.get(task, 0.0))
            undecided[task] = max(share, undecided.get(task, 0.0))
    network_ms, exported_ms = (
        _milliseconds(run, images[0], repeats) for run in (network.run, exported)
    )
    return ExportCheck(differences, undecided, network_ms, exported_ms)


def _compare(
    network: DeployedNetwork, exported: Runner, image: np.ndarray, tolerance: float
) -> dict[str, tuple[float, float]]:
    """Gives each task's largest difference, and the share of outputs that are undecided."""
    expected, found = network.run(image), exported(image)
    shapes, found_shapes = ({k: v.shape for k, v in maps.items()} for maps in (expected, found))
    if list(shapes.items()) != list(found_shapes.items()):
        raise ValueError(f'Expected outputs of the shapes {shapes}, found {found_shapes}.')
    limits = {
        task: tolerance * max(1.0, float(np.abs(output).max())) for task, output in expected.items()
    }
    differences = {task: np.abs(found[task] - output) for task, output in expected.items()}
    # Written so that what is not a number differs.
    differing = {task: ~(difference <= limits[task]) for task, difference in differences.items()}
    explained = changed_by_rounding(network, image, expected, limits, differing)
    for task, wrong in differing.items():
        unexplained = wrong & ~explained[task]
        if unexplained.any() or wrong.mean() > _MOST_UNDECIDED:
            raise ValueError(
                f'{task}, images {image.shape[1]}x{image.shape[2]}: expected that the exported '
                f'network differs from torch by at most {limits[task]:.2g}, found '
                f'{differences[task].max():.2g}; {wrong.mean():.2%} of the outputs differ by more, '
                f'{unexplained.mean():.2%} for another reason than rounding.'
            )
    return {
        task: (float(difference[~differing[task]].max()), float(differing[task].mean()))
        for task, difference in differences.items()
    }


def _milliseconds(run: Runner, image: np.ndarray, repeats: int) -> float:
    if repeats == 0:
        return math.nan
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        run(image)
        times.append(time.perf_counter() - start)
    return 1000 * median(times[1:])
