"""Labels as the heads of a task get them."""

from __future__ import annotations

from collections.abc import Iterable

from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.models.segmentors.head_losses import head_sample
from mmmtl.tasks import Task


def head_samples(task: Task, labels: Iterable[Tensor]) -> list[SegDataSample]:
    """Makes a batch of samples with one label each, as a head of the task sees it.

    Args:
        task: The task.
        labels: Labels of shape (C, H, W).

    Returns:
        The samples.
    """
    samples = []
    for label in labels:
        sample = SegDataSample()
        sample.set_data({task.gt_field: PixelData(data=label)})
        samples.append(head_sample(task, sample))
    return samples
