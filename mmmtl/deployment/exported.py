from __future__ import annotations

from typing import Protocol

import numpy as np

Maps = dict[str, np.ndarray]
"""Maps of shape (N, C, H, W) by task, (N, C, 1, 1) of the whole image."""


class ExportedNetwork(Protocol):
    """A network that was read from a file."""

    def run(self, image: np.ndarray) -> Maps:
        """Predicts all maps of images (N, H, W, 3)."""

    def run_with_answers(self, image: np.ndarray) -> tuple[Maps, list[np.ndarray]]:
        """Predicts as :meth:`run`, and tells the answers of the comparisons ``>=`` in the graph.

        The answers are boolean arrays, in the order of the program that the file was made of.
        """
