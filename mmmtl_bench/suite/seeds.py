"""The seeds that the runs of a suite are repeated with."""

from __future__ import annotations

from typing import Any


def check_seeds(seeds: Any) -> tuple[int, ...]:
    """Checks a list of seeds.

    Args:
        seeds: The seeds.

    Returns:
        The seeds.

    Raises:
        ValueError: If there is none, one is there twice, or one is not an integer of at least 0.
    """
    if not isinstance(seeds, list):
        raise ValueError(f'expected a list, found {seeds!r}')
    for seed in seeds:
        if type(seed) is not int:
            raise ValueError(f'expected an integer, found {seed!r}')
    if not seeds or min(seeds) < 0 or len(set(seeds)) < len(seeds):
        raise ValueError(f'expected different integers of at least 0, found {seeds}')
    return tuple(seeds)
