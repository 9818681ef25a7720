"""Labels for metrics where an image has none."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.tasks import Task


def fill_missing_labels(tasks: Mapping[str, Task], sample: SegDataSample) -> None:
    """Gives a partly labelled sample, for the tasks it lacks, labels without a valid pixel.

    Metrics, mmseg's ``IoUMetric`` among them, expect every label; of such a one they count nothing.
    A sample without any label, one of inference, stays as it is.

    Args:
        tasks: The tasks by name.
        sample: The sample, with its predictions; it is modified.
    """
    lacking = [task for task in tasks.values() if task.gt_field not in sample]
    if len(lacking) == len(tasks):
        return
    for task in lacking:
        data = torch.full_like(sample.get(task.pred_field).data, task.fill)
        sample.set_data({task.gt_field: PixelData(data=data)})
