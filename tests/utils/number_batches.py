"""Samples that are full of their index, and loaders of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch.utils.data import DataLoader, Dataset

from mmmtl.datasets import shared_collate


class Numbers(Dataset):
    """Samples that are full of their index, of growing sizes if asked for."""

    def __init__(self, count: int, growing: bool = False) -> None:
        self.count = count
        self.growing = growing

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict:
        size = (100, 50 + 100 * index * self.growing)
        sample = SegDataSample(metainfo=dict(index=index, shape=size))
        sample.gt_sem_seg = PixelData(data=torch.full((1, *size), index, dtype=torch.uint8))
        sample.gt_depth_map = PixelData(data=torch.full((1, *size), index / 8))
        image = torch.full((*size, 3), index, dtype=torch.uint8).permute(2, 0, 1)
        return dict(inputs=image, data_samples=sample, flag=torch.tensor(index % 2 == 0))


def load(
    dataset: Dataset,
    workers: int,
    collate: Callable = shared_collate,
    batch_size: int = 2,
    **settings: Any,
) -> DataLoader:
    """Makes a loader."""
    return DataLoader(
        dataset, batch_size=batch_size, num_workers=workers, collate_fn=collate, **settings
    )


def assert_filled(batch: dict, first: int) -> None:
    """Looks at all of a batch whose first sample has an index."""
    for index, (image, sample) in enumerate(
        zip(batch['inputs'], batch['data_samples'], strict=True), first
    ):
        assert sample.index == index
        assert image.shape == (3, *sample.shape)
        assert image.unique().tolist() == sample.gt_sem_seg.data.unique().tolist() == [index]
        assert sample.gt_depth_map.data.unique().tolist() == [index / 8]
        assert batch['flag'][index - first].item() is (index % 2 == 0)
