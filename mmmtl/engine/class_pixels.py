"""How many pixels, or images, of each class there are, and what it may mean that there are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from mmengine.dist import all_reduce
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.some_of import some_of
from mmmtl.tasks import Task, tasks_in


class ClassPixels:
    """Counts the pixels of each class until every class of every task has been seen.

    Where a task gives the whole image a class, the image counts as one pixel.

    Args:
        metainfo: Meta information of a data set; it tells of the tasks.
    """

    def __init__(self, metainfo: Mapping[str, Any] | None) -> None:
        metainfo = metainfo or {}
        self.reduces_zero = bool(metainfo.get('reduce_zero_label'))
        self.tasks: dict[str, Task] = {
            name: task for name, task in tasks_in(metainfo).items() if task.label_names
        }
        self.counts = {
            name: torch.zeros(len(task.label_names) + 1, dtype=torch.int64)
            for name, task in self.tasks.items()
        }
        """Pixels of each class, and those without a label."""
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
                    self.counts[name] += task.count_names(sample.get(task.gt_field).data).cpu()
        self._unseen = {k: v for k, v in self._unseen.items() if self._absent(k)}

    def warnings(self) -> list[str]:
        """Says which classes have no pixel on any process; all processes call it together.

        Returns:
            A text for each task that has such classes; tasks that no image has a label of are left
            out, and those of the whole image whose labels are all unknown, as in a test set.
        """
        if not self.tasks:
            return []
        counts = torch.cat(list(self.counts.values()))
        all_reduce(counts)
        lengths = [len(own) for own in self.counts.values()]
        self.counts = dict(zip(self.tasks, counts.split(lengths), strict=True))
        found = {name: self._absent(name) for name in self.tasks if self._is_labelled(name)}
        return [
            _warning(self.tasks[name], absent, self.counts[name], self.reduces_zero)
            for name, absent in found.items()
            if absent
        ]

    def _is_labelled(self, name: str) -> bool:
        counts = self.counts[name]
        return bool((counts if self.tasks[name].is_dense else counts[:-1]).any())

    def _absent(self, name: str) -> list[int]:
        return (self.counts[name][:-1] == 0).nonzero().flatten().tolist()


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
    listed = some_of([f'{names[index]!r} ({index})' for index in absent])
    ignored = float(counts[-1] / counts.sum())
    unit = 'pixel' if task.is_dense else 'image'
    return (
        f'no {unit} of the task {task.name!r} has the class {listed}; {ignored:.1%} of its {unit}s '
        f'have no label. What no label shows is not learned, and means of scores may lack it. '
        f'Likely reasons: {"; ".join(_reasons(task, absent, ignored, reduces_zero))}.'
    )


def _reasons(task: Task, absent: list[int], ignored: float, reduces_zero: bool) -> list[str]:
    reasons = []
    if task.is_dense and len(task.label_names) == 2 and 1 in absent and ignored:
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
