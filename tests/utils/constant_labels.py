"""Samples whose labels are filled with one number each, and predictions for them."""

from __future__ import annotations

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.tasks import build_tasks

TASKS = build_tasks(['seg', 'depth', 'normal'])


def sample_of(
    size: tuple[int, int] = (2, 3), path: str | None = None, **labels: float
) -> SegDataSample:
    """Makes a sample whose labels are filled with one number each."""
    sample = SegDataSample(metainfo={} if path is None else dict(img_path=path))
    for name, value in labels.items():
        task = build_tasks([name])[name]
        data = torch.full((task.channels, *size), value)
        sample.set_data({task.gt_field: PixelData(data=data)})
    return sample
