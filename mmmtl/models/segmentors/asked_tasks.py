"""Which tasks a batch is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from mmengine.dist import all_reduce, get_world_size

from mmmtl.tasks import Task


def asked_in_training(
    labelled: Mapping[str, Sequence[int]], device: torch.device | str = 'cpu'
) -> tuple[str, ...]:
    """Names the tasks that a batch has labels of, on any process.

    Args:
        labelled: Positions of this process's labelled images, by task.
        device: Where processes exchange numbers. Defaults to the CPU.

    Returns:
        The same names on all processes, in the order of the tasks.
    """
    present = torch.tensor([bool(images) for images in labelled.values()], dtype=torch.float)
    if get_world_size() > 1:
        present = present.to(device)
        all_reduce(present)
    return tuple(name for name, here in zip(labelled, present.tolist(), strict=True) if here)


def asked_in_testing(
    tasks: Mapping[str, Task], metas: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Names the tasks of the data sets that images are of.

    Args:
        tasks: The tasks by name.
        metas: Meta information of each image, with ``tasks``, the names of the tasks of its data
            set, where it is of one that has any.

    Returns:
        The tasks of any of the images, in their order; all where an image is of no data set.
    """
    asked: set[str] = set()
    for meta in metas:
        asked |= set(meta.get('tasks') or tasks)
    return tuple(name for name in tasks if name in asked)
