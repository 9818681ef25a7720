"""Times of several programs that take turns, so that what else the machine does slows all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch


class Spread(NamedTuple):
    """The least, the middle and the greatest of some numbers."""

    min: float
    median: float
    max: float

    def __str__(self) -> str:
        return f'{self.median:.3g} ({self.min:.3g} to {self.max:.3g})'


def spread(numbers: list[float]) -> Spread:
    """Sums numbers up.

    Args:
        numbers: At least one.
    """
    return Spread(min(numbers), statistics.median(numbers), max(numbers))


def take_turns(
    calls: Mapping[str, Callable[[], object]],
    rounds: int,
    device: str = 'cpu',
    clock: Callable[[], float] = time.perf_counter,
    on_call: Callable[[], object] = lambda: None,
) -> dict[str, list[float]]:
    """Times calls that take turns, after one round that is not counted.

    Every other round goes the other way, so that none is always the first.

    Args:
        calls: The calls by name.
        rounds: How often each is timed.
        device: Where they compute; a GPU is waited for. Defaults to the CPU.
        clock: Gives seconds. Defaults to the time on the wall.
        on_call: Called after each call, such as for a progress bar. Defaults to nothing.

    Returns:
        The seconds of each call in each round.
    """
    wait = torch.cuda.synchronize if torch.device(device).type == 'cuda' else lambda: None
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name in [*calls][:: -1 if number % 2 else 1]:
            wait()
            start = clock()
            calls[name]()
            wait()
            if number:
                seconds[name].append(clock() - start)
            on_call()
    return seconds


def ratios(over: list[float], under: list[float]) -> Spread:
    """Compares two programs round by round.

    Args:
        over: Seconds of the one in each round.
        under: Seconds of the other.

    Returns:
        How many times as long the first takes.
    """
    return spread([a / b for a, b in zip(over, under, strict=True)])
