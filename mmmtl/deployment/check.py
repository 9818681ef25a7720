"""Whether an exported network computes what the network computes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from torch.export import ExportedProgram

from mmmtl.deployment.comparisons import double_graph, run_graph
from mmmtl.deployment.exported import ExportedNetwork, Maps
from mmmtl.deployment.network import DeployedNetwork

_MOST_TIMES = 10.0
"""Largest error of an exported network as a multiple of torch's own.

Both are the rounding error of the same worst pixel, the shortest vector before a normalisation say,
in two orders of summation: their ratio scatters by a factor of a few.
"""


@dataclass(frozen=True)
class ExportCheck:
    """What a comparison found.

    Args:
        differences: The largest absolute difference of each task's outputs, both networks answering
            comparisons alike, see :func:`check_export`.
        moved: The largest share of each task's outputs that differ by more than the tolerance when
            each network answers by itself.
        ties: The largest number of comparisons that they answer differently.
        comparisons: How many there are in a run of the same images.
        largest_gap: How far the two numbers of such a comparison are apart at most, relative to the
            largest absolute number that is compared where that is above 1.
        torch_errors: The largest error of torch in each task's outputs, against double precision;
            empty if all differences are within the tolerance.
        exported_errors: The same of the exported network.
        network_ms: Milliseconds that torch took for the first shape.
        exported_ms: Milliseconds that the exported network took for it.
    """

    differences: dict[str, float]
    moved: dict[str, float]
    ties: int
    comparisons: int
    largest_gap: float
    torch_errors: dict[str, float]
    exported_errors: dict[str, float]
    network_ms: float
    exported_ms: float


@dataclass(frozen=True)
class _Comparison:
    """What was found with one batch of images."""

    differences: dict[str, float]
    moved: dict[str, float]
    ties: int = 0
    comparisons: int = 0
    largest_gap: float = 0.0
    torch_errors: dict[str, float] = field(default_factory=dict)
    exported_errors: dict[str, float] = field(default_factory=dict)


def check_export(
    network: DeployedNetwork,
    program: ExportedProgram,
    exported: ExportedNetwork,
    shapes: Sequence[tuple[int, int, int]],
    tolerance: float = 1e-4,
    repeats: int = 5,
) -> ExportCheck:
    """Compares both networks on random images, and how fast they are on the first of the shapes.

    Some networks are not continuous: where two values of a pooling window are equal up to rounding,
    it is rounding that decides which one an unpooling takes for the maximum, and torch differs from
    itself when it sums in another order. If outputs differ by more than the tolerance, the program
    is therefore run once more, its comparisons answered as the exported network answered them. Then
    all outputs must agree, and the exported network may have answered differently from the program
    only where the two numbers differ by no more than the tolerance. The program must agree with the
    network as it is.

    What is left can be torch's rounding error itself, which networks may enlarge, such as where
    they normalise a short vector. Outputs that still differ are compared with double precision,
    comparisons answered alike: the exported network's largest error must be within the tolerance,
    or at most ten times as large as that of torch.

    Args:
        network: The network, on the CPU.
        program: The network's graph, of which the exported one was made.
        exported: The exported network.
        shapes: Batch, height and width of the images.
        tolerance: How much outputs, and numbers that are compared, may differ; relative to the
            largest absolute one where that is above 1. Defaults to 1e-4.
        repeats: Runs to take the median time of, after one to get warm. Defaults to 5; with 0 the
            times are not taken, but NaN.

    Returns:
        What was found.

    Raises:
        ValueError: If outputs differ by more, have other names or shapes, or are not finite.
    """
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (*shape, 3)).astype(network.image_type) for shape in shapes]
    found = [_compare(network, program, exported, image, tolerance) for image in images]
    most_ties = max(found, key=lambda comparison: comparison.ties)
    network_ms, exported_ms = (
        _milliseconds(run, images[0], repeats) for run in (network.run, exported.run)
    )
    return ExportCheck(
        _largest([comparison.differences for comparison in found]),
        _largest([comparison.moved for comparison in found]),
        most_ties.ties,
        most_ties.comparisons,
        max(comparison.largest_gap for comparison in found),
        _largest([comparison.torch_errors for comparison in found]),
        _largest([comparison.exported_errors for comparison in found]),
        network_ms,
        exported_ms,
    )


def _compare(
    network: DeployedNetwork,
    program: ExportedProgram,
    exported: ExportedNetwork,
    image: np.ndarray,
    tolerance: float,
) -> _Comparison:
    expected, found = network.run(image), exported.run(image)
    shapes, found_shapes = ({k: v.shape for k, v in maps.items()} for maps in (expected, found))
    if list(shapes.items()) != list(found_shapes.items()):
        raise ValueError(f'Expected outputs of the shapes {shapes}, found {found_shapes}.')
    size = f'images {image.shape[1]}x{image.shape[2]}'
    moved = {task: _share(expected[task], found[task], tolerance) for task in expected}
    if not any(moved.values()):
        return _Comparison(_differences(expected, found), moved)

    graph = program.module()
    own = run_graph(graph, image)
    _require_equal(expected, own.maps, tolerance, f'{size}, the graph in torch')
    found, answers = exported.run_with_answers(image)
    same = run_graph(graph, image, answers)
    if not same.largest_gap <= tolerance:
        raise ValueError(
            f'{size}: expected comparisons with the answers of torch where two numbers differ by '
            f'more than {tolerance:.2g}, found other answers at differences up to '
            f'{same.largest_gap:.2g}.'
        )
    differences = _differences(same.maps, found)
    torch_errors, exported_errors = {}, {}
    if any(_share(same.maps[task], found[task], tolerance) for task in expected):
        exact = run_graph(double_graph(network, image), image, answers).maps
        torch_errors, exported_errors = (_differences(exact, maps) for maps in (same.maps, found))
        _require_exact(exact, torch_errors, exported_errors, tolerance, size)
    return _Comparison(
        differences,
        moved,
        same.overruled,
        sum(answer.size for answer in answers),
        same.largest_gap,
        torch_errors,
        exported_errors,
    )


def _limit(expected: np.ndarray, tolerance: float) -> float:
    return tolerance * max(1.0, float(np.abs(expected).max()))


def _share(expected: np.ndarray, found: np.ndarray, tolerance: float) -> float:
    """Gives the share of values that differ; written so that what is not a number does."""
    return float(np.mean(~(np.abs(found - expected) <= _limit(expected, tolerance))))


def _differences(expected: Maps, found: Maps) -> dict[str, float]:
    return {task: float(np.abs(found[task] - output).max()) for task, output in expected.items()}


def _require_equal(expected: Maps, found: Maps, tolerance: float, where: str) -> None:
    differences = _differences(expected, found)
    for task, output in expected.items():
        share = _share(output, found[task], tolerance)
        if share:
            raise ValueError(
                f'{task}, {where}: expected a difference from the network of at most '
                f'{_limit(output, tolerance):.2g}, found {differences[task]:.2g}; '
                f'{share:.2%} of the outputs differ by more.'
            )


def _require_exact(
    exact: Maps,
    torch_errors: dict[str, float],
    exported_errors: dict[str, float],
    tolerance: float,
    where: str,
) -> None:
    for task, error in exported_errors.items():
        limit = max(_limit(exact[task], tolerance), _MOST_TIMES * torch_errors[task])
        if not error <= limit:
            raise ValueError(
                f'{task}, {where}: expected that the exported network differs from double '
                f'precision by at most {limit:.2g}, found {error:.2g} (torch: '
                f'{torch_errors[task]:.2g}).'
            )


def _largest(found: Sequence[dict[str, float]]) -> dict[str, float]:
    tasks = dict.fromkeys(task for values in found for task in values)
    return {task: max(values.get(task, 0.0) for values in found) for task in tasks}


def _milliseconds(run: Callable[[np.ndarray], Maps], image: np.ndarray, repeats: int) -> float:
    if repeats == 0:
        return math.nan
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        run(image)
        times.append(time.perf_counter() - start)
    return 1000 * median(times[1:])
