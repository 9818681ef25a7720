from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from mmengine.config import Config

from mmmtl.compat.process_timeout import process_timeout


class Agreement:
    """What the processes of a run agree on from step to step, over the CPU.

    They have a group of their own for it, whatever the gradients use: a number that had to come
    back from a GPU would wait for all that is queued there. All processes must make it, and call
    the same methods in the same order.

    Args:
        cfg: Config of the run, see :func:`~mmmtl.compat.process_timeout.process_timeout`.
    """

    def __init__(self, cfg: Config) -> None:
        several = dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1
        self._group: Any = (
            dist.new_group(backend='gloo', timeout=process_timeout(cfg)) if several else None
        )

    def largest(self, number: int) -> int:
        """Gives the largest number of all processes.

        Args:
            number: That of this process.

        Returns:
            The largest one.
        """
        if self._group is None:
            return number
        numbers = torch.tensor(number)
        dist.all_reduce(numbers, op=dist.ReduceOp.MAX, group=self._group)
        return int(numbers)

    def wait_for_all(self) -> None:
        """Waits until all processes have come here."""
        if self._group is not None:
            dist.barrier(group=self._group)
