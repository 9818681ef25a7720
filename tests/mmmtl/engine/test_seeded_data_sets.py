"""Data sets and their wrappers, loaded by this process or by workers that live on."""

import random

import numpy as np
import pytest
import torch
from mmengine.dataset import BaseDataset
from mmengine.runner import Runner
from mmseg.registry import DATASETS, TRANSFORMS

from mmmtl.compat.scope import registry_scope
from mmmtl.engine.samplers import seed_batches

LENGTH = 6


@TRANSFORMS.register_module()
class DrawWithAll:
    """Draws from every generator there is, and rejects some of the samples."""

    def __init__(self, rejected=0.0):
        self.rejected = rejected

    def __call__(self, results):
        if random.random() < self.rejected:
            return None
        draws = [random.random(), np.random.rand(), torch.rand(()).item()]
        image = np.random.randint(0, 256, (8, 8, 3), dtype=np.uint8)
        return dict(img=image, gt_seg_map=image[..., 0], gt_seg_fields=[], draws=draws, **results)


@DATASETS.register_module()
class DrawingDataset(BaseDataset):
    METAINFO = dict(classes=('a',))

    def load_data_list(self):
        return [dict(number=number) for number in range(LENGTH)]


def drawing(rejected=0.0, **options):
    pipeline = [dict(type='DrawWithAll', rejected=rejected)]
    return dict(type='DrawingDataset', pipeline=pipeline, **options)


def wrapped(kind, **options):
    return dict(type=kind, **options)


MOSAIC = [dict(type='RandomMosaic', prob=0.9, img_scale=(8, 8))]
REPEATED = wrapped('RepeatDataset', dataset=drawing(), times=50)
DATA = dict(
    plain=drawing(),
    some=drawing(indices=[4, 1, 2, 3]),
    rejecting=drawing(rejected=0.4),
    joined=wrapped('ConcatDataset', datasets=[drawing(), drawing(rejected=0.4)]),
    repeated=REPEATED | dict(times=2),
    mosaic=wrapped('MultiImageMixDataset', dataset=REPEATED, pipeline=MOSAIC),
)


def loader_of(dataset, workers=0, seed=2, **options):
    config = dict(
        dataset=dataset,
        num_workers=workers,
        persistent_workers=workers > 0,
        collate_fn=dict(type=list),
        **{'batch_size': 4, 'sampler': dict(type='DefaultSampler', shuffle=True), **options},
    )
    with registry_scope():
        loader = Runner.build_dataloader(config, seed=7)
    return loader, seed_batches(loader, seed)


def numbers_of(loader):
    samples = [sample for batch in loader for sample in batch]
    return [(s['number'], *s['draws'], int(s['img'].sum())) for s in samples]


def loaded(dataset, workers, seed=2):
    """Gives every sample of two epochs, as numbers."""
    loader, batches = loader_of(dataset, workers, seed)
    found = []
    for epoch in range(2):
        batches.set_epoch(epoch)
        found.append(numbers_of(loader))
    return found


@pytest.mark.parametrize('name', DATA)
def test_samples_are_the_same_whoever_loads_them(name):
    alone = loaded(DATA[name], 0)
    assert loaded(DATA[name], 2) == alone
    assert loaded(DATA[name], 0, seed=3) != alone
    assert not set(alone[0]) & set(alone[1])  # every epoch draws anew


def test_a_sample_is_the_same_wherever_it_stands():
    shuffled, _ = loader_of(DATA['plain'])
    in_order, _ = loader_of(
        DATA['plain'], batch_size=1, sampler=dict(type='DefaultSampler', shuffle=False)
    )
    assert numbers_of(in_order) == sorted(numbers_of(shuffled))
