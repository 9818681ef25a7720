"""Random choices of a scene, cheap enough to be made by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar('T')
Color = tuple[float, float, float]
"""Red, green and blue as the eye sees them (gamma encoded), 0 to 1."""


class SceneRNG:
    """Draws single Python numbers from a numpy generator.

    A call of a numpy generator costs microseconds; numbers are drawn a thousand at a time instead.

    Args:
        seed: A non-negative integer or several of them, such as ``(seed, index)``.
    """

    def __init__(self, seed: int | Sequence[int]) -> None:
        self._generator = np.random.default_rng(np.random.SeedSequence(seed))
        self._pool: list[float] = []

    def random(self) -> float:
        """Draws from [0, 1)."""
        if not self._pool:
            self._pool = self._generator.random(1024).tolist()
        return self._pool.pop()

    def uniform(self, low: float, high: float) -> float:
        """Draws a number between ``low`` and ``high``."""
        return low + (high - low) * self.random()

    def chance(self, probability: float) -> bool:
        """Says yes with a probability."""
        return self.random() < probability

    def integer(self, low: int, high: int) -> int:
        """Draws an integer from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def sign(self) -> int:
        """Draws -1 or 1."""
        return 1 if self.random() < 0.5 else -1

    def pick(self, options: Sequence[T]) -> T:
        """Draws one of several options, all equally likely."""
        return options[int(self.random() * len(options))]

    def weighted(self, options: dict[T, float]) -> T:
        """Draws one of the keys, as likely as its value says."""
        rest = self.random() * sum(options.values())
        for option, weight in options.items():
            if rest < weight:
                return option
            rest -= weight
        return next(reversed(options))

    def shade(self, color: Color, amount: float = 0.06) -> Color:
        """Varies a colour: its brightness by ``amount``, and each channel by a third of it."""
        light, third = self.uniform(-amount, amount), amount / 3
        red = color[0] + light + self.uniform(-third, third)
        green = color[1] + light + self.uniform(-third, third)
        blue = color[2] + light + self.uniform(-third, third)
        return min(max(red, 0.0), 1.0), min(max(green, 0.0), 1.0), min(max(blue, 0.0), 1.0)
