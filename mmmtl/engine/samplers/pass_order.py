from __future__ import annotations

import numpy as np
import torch

from mmmtl.engine.seeding import order_seed

_KEPT = 2
"""Passes that are kept: a batch may begin in one and end in the next."""


class PassOrder:
    """Gives the indices of one data set among several in the order of any pass over it.

    Args:
        name: Name of the data set; two of them are not mixed alike.
        first: Index of its first sample.
        size: Number of its samples.
    """

    def __init__(self, name: str, first: int, size: int) -> None:
        self._name, self._first, self._size = name, first, size
        self._known: dict[tuple[int, int, bool], np.ndarray] = {}

    def __call__(self, number: int, seed: int, shuffle: bool) -> np.ndarray:
        """Gives a pass.

        Args:
            number: Number of the pass, from 0.
            seed: Seed of the run.
            shuffle: Whether the samples are mixed.

        Returns:
            The indices, each once.
        """
        key = (number, seed, shuffle)
        if key not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = self._first + self._order(number, seed, shuffle)
        return self._known[key]

    def _order(self, number: int, seed: int, shuffle: bool) -> np.ndarray:
        if not shuffle:
            return np.arange(self._size)
        generator = torch.Generator().manual_seed(order_seed(seed, number, self._name))
        return torch.randperm(self._size, generator=generator).numpy()
