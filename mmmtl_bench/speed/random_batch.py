from __future__ import annotations

from typing import Any

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.models.segmentors import MultiTaskSegmentor


def random_batch(
    model: MultiTaskSegmentor, size: tuple[int, int], count: int
) -> dict[str, list[Any]]:
    """Makes images and fully valid labels of noise, the same ones at every call.

    Args:
        model: The network, whose tasks the labels are of.
        size: Height and width.
        count: Number of images.

    Returns:
        A batch as a loader gives it: ``inputs``, images of bytes of shape (3, H, W), and
        ``data_samples``.
    """
    generator = torch.Generator().manual_seed(0)
    samples = []
    for _ in range(count):
        sample = SegDataSample(metainfo=dict(ori_shape=size, img_shape=size))
        for name, task in model.tasks.items():
            label = torch.rand(task.channels, *task.map_size(size), generator=generator) + 0.1
            if task.holds_ids:
                label = (label * model.decode_head[name].num_classes / 1.2).long()
            sample.set_data({task.gt_field: PixelData(data=task.normalise(label))})
        samples.append(sample)
    shape = (3, *size)
    images = [torch.randint(0, 256, shape, generator=generator).byte() for _ in range(count)]
    return dict(inputs=images, data_samples=samples)
