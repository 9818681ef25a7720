from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import torch
from torch.profiler import ProfilerActivity, profile


def peak_memory(call: Callable[[], object], device: str | torch.device) -> int:
    """Gives the most bytes that live at once during a call, beyond those that lived before.

    On a GPU the caching allocator counts them. On the CPU torch's profiler reports every tensor
    that is made or freed; the scratch space inside of single operations is not among them.

    Args:
        call: What is measured.
        device: Where it computes.

    Returns:
        The bytes.
    """
    if torch.device(device).type == 'cuda':
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        call()
        torch.cuda.synchronize(device)
        return torch.cuda.max_memory_allocated(device) - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        call()
    events = profiler.profiler.kineto_results.events()
    changes = sorted((e.start_ns(), e.nbytes()) for e in events if e.name() == '[memory]')
    return max(accumulate((change for _, change in changes), initial=0))
