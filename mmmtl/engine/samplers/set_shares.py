"""How many batches of an epoch each of several data sets gets, and in which order they come."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch

from mmmtl.engine.seeding import order_seed
from mmmtl.tasks.nearest import nearest

_ALMOST = 1e-9
"""What a rounding error may add to a whole number of batches."""


def set_shares(
    sizes: Mapping[str, int], shares: str | Mapping[str, float], temperature: float
) -> dict[str, float]:
    r"""Gives the share of all batches that is taken from each data set.

    Args:
        sizes: Number of samples of each data set.
        shares: ``'size'`` for :math:`n_i^{1/T} / \sum_k n_k^{1/T}`, ``'uniform'`` for equal shares,
            or a number for each data set, of which only the ratios matter.
        temperature: :math:`T`, for ``'size'`` alone.

    Returns:
        Shares that add up to 1.

    Raises:
        ValueError: If the shares are something else, a data set lacks one, or a number is not
            positive.
    """
    if not isinstance(temperature, (int, float)) or not temperature > 0:
        raise ValueError(f'temperature: expected a number > 0, found {temperature!r}.')
    if temperature != 1 and shares != 'size':
        raise ValueError(f"temperature: expected shares='size' beside it, found shares={shares!r}.")
    if isinstance(shares, Mapping):
        check_by_set('shares', shares, sizes)
        if not all(_is_number(share) and share > 0 for share in shares.values()):
            raise ValueError(f'shares: expected finite numbers > 0, found {dict(shares)}.')
        most = max(shares.values())
        given = {name: shares[name] / most for name in sizes}
    elif shares == 'size':
        largest = max(sizes.values())  # by which all are divided: small temperatures overflow
        given = {name: (size / largest) ** (1 / temperature) for name, size in sizes.items()}
    elif shares == 'uniform':
        given = dict.fromkeys(sizes, 1.0)
    else:
        raise ValueError(
            f"shares: expected 'size', 'uniform' or a number for each data set, found {shares!r}."
        )
    total = sum(given.values())
    return {name: share / total for name, share in given.items()}


def check_by_set(parameter: str, given: Mapping[str, object], sets: Mapping[str, object]) -> None:
    """Checks that something is given for each data set.

    Args:
        parameter: What is given, for the message.
        given: Values by name.
        sets: The data sets by name.

    Raises:
        ValueError: If a name is no data set's, or a data set has no value.
    """
    unknown = [name for name in given if name not in sets]
    lacking = [name for name in sets if name not in given]
    expected = f'{parameter}: expected one for each of the data sets {list(sets)}, found'
    if unknown:
        raise ValueError(f'{expected} {unknown}{nearest(unknown[0], sets)}')
    if lacking:
        raise ValueError(f'{expected} none for {lacking}.')


def is_count(value: object) -> bool:
    """Tells whether something is a whole number from 1.

    Args:
        value: Anything.

    Returns:
        Whether it is.
    """
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def whole_batches(
    shares: Mapping[str, float], batches: float, length: int | None
) -> dict[str, int]:
    """Divides an epoch among the data sets.

    Args:
        shares: The share of each data set.
        batches: Number of batches of one pass over all data sets, not a whole number.
        length: Batches in an epoch, divided by the largest remainders. None for as many as one pass
            over all data sets has, each data set's part rounded up.

    Returns:
        Number of batches of each data set, the same in each epoch.

    Raises:
        ValueError: If a data set gets none.
    """
    if length is None:
        exact_parts = {name: share * batches for name, share in shares.items()}
        return {name: max(math.ceil(part - _ALMOST), 1) for name, part in exact_parts.items()}
    exact = np.array([share * length for share in shares.values()])
    counts = np.floor(exact + _ALMOST).astype(int)
    by_remainder = np.argsort(counts - exact, kind='stable')
    counts[by_remainder[: length - counts.sum()]] += 1
    found = dict(zip(shares, counts.tolist(), strict=True))
    empty = {name: round(shares[name], 6) for name, count in found.items() if not count}
    if empty:
        raise ValueError(
            f'batches_per_epoch: expected so many that each data set gets one, found {length}, of '
            f'which these shares get none: {empty}.'
        )
    return found


def in_sequence(counts: Sequence[int]) -> np.ndarray:
    """Puts the batches of each data set one after the other.

    Args:
        counts: Number of batches of each data set.

    Returns:
        Number of the data set of each batch: 0, 0, ..., 1, 1, ...
    """
    return np.repeat(np.arange(len(counts)), counts)


def in_turn(counts: Sequence[int]) -> np.ndarray:
    """Spreads the batches of each data set evenly over an epoch.

    Args:
        counts: Number of batches of each data set.

    Returns:
        Number of the data set of each batch; with equal counts 0, 1, 2, ..., 0, 1, 2, ...
    """
    sets = in_sequence(counts)
    places = np.concatenate([(np.arange(count) + 0.5) / count for count in counts])
    return sets[np.lexsort((sets, places))]


def shuffled(counts: Sequence[int], seed: int, epoch: int) -> np.ndarray:
    """Mixes the batches of an epoch.

    Args:
        counts: Number of batches of each data set.
        seed: Seed of the run.
        epoch: Number of the epoch.

    Returns:
        Number of the data set of each batch.
    """
    sets = in_sequence(counts)
    generator = torch.Generator().manual_seed(order_seed(seed, epoch, 'sets'))
    return sets[torch.randperm(len(sets), generator=generator).numpy()]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
