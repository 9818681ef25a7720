"""A small data set with and without a cache of its decoded samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmseg.registry import DATASETS

from mmmtl.compat.scope import registry_scope
from mmmtl.engine.seeding import seed_sample

LOAD = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
AUGMENT = [
    dict(type='RandomScaleCrop', scales=(1.0, 1.5)),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='MultiTaskRandomCutOut', prob=0.7, n_holes=3, cutout_shape=(4, 9)),
    dict(type='PackMultiTaskInputs'),
]
PIPELINE = [*LOAD, dict(type='ReduceResolution', size=(16, 32)), *AUGMENT]


def config(root: Path, pipeline: Sequence[dict] = PIPELINE, **settings: Any) -> dict:
    """Config of a data set of three tasks."""
    return dict(
        type='CityscapesMultiTaskDataset',
        tasks=['seg', 'depth', 'normal'],
        data_root=str(root),
        pipeline=pipeline,
        **settings,
    )


def build(root: Path, pipeline: Sequence[dict] = PIPELINE, **settings: Any) -> Any:
    """Builds the data set."""
    with registry_scope():
        return DATASETS.build(config(root, pipeline, **settings))


def kept_files(folder: Path) -> list[Path]:
    """Lists the files of caches in a folder."""
    return sorted(Path(folder).glob('*.samples'))


def assert_equal(one: dict, other: dict) -> None:
    """Compares two samples by their bits."""
    assert torch.equal(one['inputs'], other['inputs'])
    assert one['inputs'].dtype == other['inputs'].dtype
    a, b = one['data_samples'], other['data_samples']
    assert a.metainfo == b.metainfo
    assert list(a.keys()) == list(b.keys())
    for key in a.keys():  # noqa: SIM118
        assert a.get(key).data.dtype == b.get(key).data.dtype
        assert a.get(key).data.numpy().tobytes() == b.get(key).data.numpy().tobytes()


def assert_same_samples(one: Any, other: Any, passes: int = 4) -> None:
    """Compares what two data sets give in several passes."""
    for number in range(passes):
        for index in range(len(one)):
            seed_sample(3, number, index)
            expected, next_number = one[index], np.random.rand()
            seed_sample(3, number, index)
            assert_equal(other[index], expected)
            assert np.random.rand() == next_number  # as many draws
