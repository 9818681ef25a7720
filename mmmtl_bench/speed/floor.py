from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

from mmmtl_bench.speed.heavy_operations import HeavyOperations


def floor_seconds(
    heavy: HeavyOperations,
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
    on_call: Callable[[], object] = lambda: None,
) -> float:
    """Gives the time that the heavy operations of a network need when each runs alone.

    Each is run with both layouts of maps in memory, once uncounted; the faster one counts.

    Args:
        heavy: The operations.
        rounds: How often each is timed; its median counts.
        clock: Gives seconds. Defaults to the time on the wall.
        on_call: Called after each operation, twice in all. Defaults to nothing.

    Returns:
        The sum over all operations, in seconds.
    """
    wait = torch.cuda.synchronize if torch.device(heavy.device).type == 'cuda' else lambda: None
    layouts = []
    for channels_last in (False, True):
        medians = []
        for call, count in heavy.calls(channels_last):
            seconds = []
            for _ in range(rounds + 1):
                wait()
                start = clock()
                call()
                wait()
                seconds.append(clock() - start)
            medians.append(count * statistics.median(seconds[1:]))
            on_call()
        layouts.append(medians)
    return sum(map(min, zip(*layouts, strict=True)))
