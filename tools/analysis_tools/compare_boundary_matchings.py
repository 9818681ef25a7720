r"""Counts how many pairs the matching of the common tools finds, beside the most there can be.

`odsF` pairs as many predicted pixels with labelled ones as possible. The tools of BSDS and those
after them look for the cheapest assignment in a graph: a pair costs its distance, a pixel without
a partner a hundred times the largest distance, and partners for lonely pixels are drawn at random,
six each (`match.cc`). This graph is built here as they build it, and solved exactly by SciPy, on
random lines and on the files of two folders (see score_boundaries.py).

Example:
    python tools/analysis_tools/compare_boundary_matchings.py --random 100 \
        --predictions canny --labels NYUD_MT/edge --max-dist 0.011
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import track
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from mmmtl.apis.command_errors import run_command
from mmmtl.evaluation import BoundaryFolders
from mmmtl.evaluation.functional import BoundaryMatching
from mmmtl.thinning import thin

_MULTIPLIER = 100
_DEGREE = 6
_OUTLIER_COST = 100
_THRESHOLDS = tuple(step / 10 for step in range(1, 10))
_RANDOM_SIZE = (64, 96)
_RANDOM_DISTANCE = 4.3
"""Pixels, as on images of BSDS."""


class Counts(NamedTuple):
    """Pixels of one pair of maps: pairs of either kind, predicted and labelled ones."""

    most: int
    cheapest: int
    found: int
    labelled: int


def cheapest_pairs(
    found: np.ndarray, labelled: np.ndarray, distance: float, rng: np.random.Generator
) -> int:
    """Pairs pixels as the tools of BSDS do.

    Args:
        found: Predicted pixels, boolean, shape (H, W).
        labelled: Labelled pixels, boolean of the same shape.
        distance: Largest distance of a pair in pixels.
        rng: Draws the partners of lonely pixels.

    Returns:
        The number of pairs.
    """
    ones, others, far = _near_pixels(found, labelled, distance)
    if not len(far):
        return 0
    _, ones = np.unique(ones, return_inverse=True)
    _, others = np.unique(others, return_inverse=True)
    first, second = ones.max() + 1, others.max() + 1
    lonely = math.ceil(_OUTLIER_COST * distance * _MULTIPLIER)
    # Rows are the predicted pixels and a stand-in for each labelled one, columns the reverse.
    edges = [np.stack([ones, others, np.rint(far * _MULTIPLIER)])]
    for count, row, column in ((first, 0, second), (second, first, 0)):
        drawn = _draw(min(_DEGREE, count - 1), count - 1, count, rng)
        mine = np.repeat(np.arange(count), drawn.shape[1])
        stand_in = drawn.ravel() + (drawn.ravel() >= mine)  # not its own
        pair = (mine, second + stand_in) if row == 0 else (first + stand_in, mine)
        edges.append(np.stack([*pair, np.full(len(mine), lonely)]))
        own = np.arange(count)
        edges.append(np.stack([row + own, column + own, np.full(count, lonely * _MULTIPLIER)]))
    few, many = sorted((first, second))
    drawn = _draw(min(_DEGREE, few), few, many, rng).ravel()
    each = np.repeat(np.arange(many), min(_DEGREE, few))
    pair = (first + each, second + drawn) if first < second else (first + drawn, second + each)
    edges.append(np.stack([*pair, np.full(len(each), lonely)]))
    rows, columns, costs = np.concatenate(edges, axis=1).astype(np.int64)
    size = first + second
    graph = csr_array((costs + 1, (rows, columns)), shape=(size, size))  # 0 would be no edge
    row, column = min_weight_full_bipartite_matching(graph)
    return int(((row < first) & (column < second)).sum())


def _near_pixels(
    found: np.ndarray, labelled: np.ndarray, distance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gives all pairs that are near enough, by the pixels' places, and their distances."""
    reach = math.ceil(distance)
    padded = np.pad(labelled, reach)
    rows, columns = np.nonzero(found)
    ones, others, far = [], [], []
    for y in range(-reach, reach + 1):
        for x in range(-reach, reach + 1):
            if y * y + x * x > distance * distance:
                continue
            there = padded[rows + y + reach, columns + x + reach]
            ones.append(np.flatnonzero(there))
            others.append((rows[there] + y) * found.shape[1] + columns[there] + x)
            far.append(np.full(there.sum(), math.hypot(y, x)))
    return np.concatenate(ones), np.concatenate(others), np.concatenate(far)


def _draw(count: int, among: int, times: int, rng: np.random.Generator) -> np.ndarray:
    """Draws so many different numbers so many times, shape (times, count)."""
    if not count:
        return np.zeros((times, 0), np.int64)
    return np.stack([rng.choice(among, count, replace=False) for _ in range(times)])


def count_pairs(
    found: np.ndarray, labelled: np.ndarray, distance: float, rng: np.random.Generator
) -> Counts:
    """Counts the pairs of both kinds.

    Args:
        found: See :func:`cheapest_pairs`, as for the other arguments.
        labelled: The labelled pixels.
        distance: Largest distance.
        rng: Generator.

    Returns:
        The numbers of pixels.
    """
    number = int(found.sum())
    most = BoundaryMatching(found, labelled, distance).match(np.ones(number, bool)).sum()
    cheapest = cheapest_pairs(found, labelled, distance, rng)
    return Counts(int(most), cheapest, number, int(labelled.sum()))


def random_pairs(count: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draws thinned maps of many densities.

    Args:
        count: Number of pairs.
        rng: Generator.

    Yields:
        Two boolean maps.
    """
    for _ in range(count):
        shares = rng.uniform(0.02, 0.5, 2)
        found, labelled = (thin(rng.random(_RANDOM_SIZE) < share) for share in shares)
        yield found, labelled


def folder_pairs(
    folders: BoundaryFolders, max_dist: float
) -> Iterator[tuple[np.ndarray, np.ndarray, float]]:
    """Gives the maps of files at each threshold and of each annotator.

    Args:
        folders: The files.
        max_dist: Largest distance as a share of the diagonal.

    Yields:
        Two boolean maps and the largest distance in pixels.
    """
    for prediction, labels in folders:
        for threshold in _THRESHOLDS:
            found = thin(prediction >= threshold)
            for label in labels:
                yield found, label > 0.5, max_dist * math.hypot(*found.shape)


def summary(title: str, rows: list[Counts]) -> str:
    """Says how far the pairs differ.

    Args:
        title: What was counted.
        rows: The pixels of each pair of maps.

    Returns:
        A line.
    """
    known = [row for row in rows if row.most]
    if not known:
        return f'{title}: no pairs'
    lost = [1 - row.cheapest / row.most for row in known]
    total, fewer = sum(row.most for row in rows), sum(row.most - row.cheapest for row in rows)
    scores = [
        2 * (row.most - row.cheapest) / (row.found + row.labelled) for row in known
    ]  # F is twice the pairs, of all pixels
    return (
        f'{title}: {len(rows)} pairs of maps, {total:,} pairs of pixels, {fewer:,} fewer by cost '
        f'({fewer / total:.4%}); at most {max(lost):.4%} of one map and {100 * max(scores):.4f} '
        f'points of F; more by cost: {sum(row.cheapest > row.most for row in rows)}'
    )


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--random', type=int, default=0, metavar='COUNT', help='pairs of maps')
    parser.add_argument('--predictions', type=Path, help='folder, see score_boundaries.py')
    parser.add_argument('--labels', nargs='+', type=Path, default=[], help='folders')
    parser.add_argument('--max-dist', type=float, default=0.0075, help='default: 0.0075')
    parser.add_argument('--seed', type=int, default=0, help='default: 0')
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    if not args.random and args.predictions is None:
        raise ValueError('expected --random, or --predictions and --labels, found neither.')
    if not args.max_dist > 0:
        raise ValueError(
            f'--max-dist: expected a share of the diagonal above 0, found {args.max_dist}.'
        )
    rng = np.random.default_rng(args.seed)
    if args.random:
        maps = track(random_pairs(args.random, rng), 'Random lines', total=args.random)
        rows = [count_pairs(*pair, _RANDOM_DISTANCE, rng) for pair in maps]
        print(summary('random lines', rows))
    if args.predictions is not None:
        folders = BoundaryFolders(args.predictions, args.labels)
        pairs = track(folder_pairs(folders, args.max_dist), str(args.predictions))
        print(summary(str(args.predictions), [count_pairs(*pair, rng) for pair in pairs]))


if __name__ == '__main__':
    sys.exit(run_command(main))
