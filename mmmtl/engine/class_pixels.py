"""How many pixels of each class labels have, and what it may mean that a class has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from mmengine.dist import all_reduce
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.tasks import IGNORED, Task, tasks_in


class ClassPixels:
    """Counts the pixels of each class until every class of every task has been seen.

    Args:
        metainfo: Meta information of a data set; it tells of the tasks.
    """

    def __init__(self, metainfo: Mapping[str, Any] | None) -> None:
        metainfo = metainfo or {}
        self.reduces_zero = bool(metainfo.get('reduce_zero_label'))
        self.tasks: dict[str, Task] = {
            name: task for name, task in tasks_in(metainfo).items() if task.label_names
        }
        self.counts = {name: torch.zeros(256, dtype=torch.int64) for name in self.tasks}
        self._unseen = dict(self.tasks)

    def add(self, data_samples: Iterable[SegDataSample]) -> None:
        """Counts the labels of a batch; of tasks whose classes have all been seen, nothing more.

        Args:
            data_samples: Samples with labels of some of the tasks.
        """
        if not self._unseen:
            return
        for sample in data_samples:
            for name, task in self._unseen.items():
                if isinstance(sample, SegDataSample) and task.gt_field in sample:
                    label = task.head_label(sample.get(task.gt_field).data)['gt_sem_seg']
                    counts = torch.bincount(label.flatten(), minlength=256)
                    self.counts[name] += counts[:256].cpu()
        self._unseen = {k: v for k, v in self._unseen.items() if self._absent(k)}

    def warnings(self) -> list[str]:
        """Says which classes have no pixel on any process; all processes call it together.

        Returns:
            A text for each task that has such classes; tasks that no image has a label of are left
            out.
        """
        if not self.tasks:
            return []
        counts = torch.stack(list(self.counts.values()))
        all_reduce(counts)
        self.counts = dict(zip(self.tasks, counts, strict=True))
        found = {name: self._absent(name) for name in self.tasks if self.counts[name].any()}
        return [
            _warning(self.tasks[name], absent, self.counts[name], self.reduces_zero)
            for name, absent in found.items()
            if absent
        ]

    def _absent(self, name: str) -> list[int]:
        counts = self.counts[name][: len(self.tasks[name].label_names)]
        return (counts == 0).nonzero().flatten().tolist()


def reasons_without_labels(metainfo: Mapping[str, Any] | None, names: Iterable[str]) -> list[str]:
    """Says what it may mean that no image has a valid label of a task.

    Args:
        metainfo: Meta information of the data set; it tells of the tasks.
        names: The tasks without labels.

    Returns:
        Likely reasons; none for tasks that the data set does not tell of.
    """
    pixels = ClassPixels(metainfo)
    reasons = [
        reason
        for name in names
        if name in pixels.tasks
        for reason in _reasons(
            pixels.tasks[name],
            list(range(len(pixels.tasks[name].label_names))),
            1.0,
            pixels.reduces_zero,
        )
    ]
    return list(dict.fromkeys(reasons))


def _warning(task: Task, absent: list[int], counts: Tensor, reduces_zero: bool) -> str:
    names = task.label_names
    listed = ', '.join(f'{names[index]!r} ({index})' for index in absent)
    ignored = float(counts[IGNORED] / counts.sum())
    return (
        f'no pixel of the task {task.name!r} has the class {listed}; {ignored:.1%} of its pixels '
        f'have no label. What no label shows is not learned, and means of scores may lack it. '
        f'Likely reasons: {"; ".join(_reasons(task, absent, ignored, reduces_zero))}.'
    )


def _reasons(task: Task, absent: list[int], ignored: float, reduces_zero: bool) -> list[str]:
    reasons = []
    if len(task.label_names) == 2 and 1 in absent and ignored:
        reasons.append(
            f'the masks are of 0 and 255, of which 255 is read as no label: label_readers='
            f"dict({task.name}=dict(type='MaskReader', one=255)) reads it as "
            f'{task.label_names[1]!r}'
        )
    if reduces_zero:
        reasons.append(
            'reduce_zero_label=True ignores id 0 and moves the others down by one, and leaves 255'
        )
    if not reasons or len(task.label_names) > 2:
        reasons.append("the classes are not those of the files' ids, or these images lack them")
    return reasons
