"""Predicted and labelled depths for metrics."""

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample


def make_pairs(count, seed=0):
    """(prediction, label) pairs with a quarter of the pixels invalid, sizes that differ."""
    generator = torch.Generator().manual_seed(seed)
    pairs = []
    for index in range(count):
        shape = (1, 5 + index, 7)
        label = torch.rand(shape, generator=generator) + 0.1
        label[torch.rand(shape, generator=generator) < 0.25] = 0
        pairs.append((torch.rand(shape, generator=generator) + 0.05, label))
    return pairs


def make_sample(prediction, label, name='image'):
    sample = SegDataSample(metainfo=dict(img_path=f'/data/{name}.png'))
    sample.pred_depth_map = PixelData(data=prediction)
    if label is not None:
        sample.gt_depth_map = PixelData(data=label)
    return sample.to_dict()


def feed(metric, pairs, batch_size):
    for start in range(0, len(pairs), batch_size):
        batch = pairs[start : start + batch_size]
        metric.process({}, [make_sample(p, y, f'i{start + i}') for i, (p, y) in enumerate(batch)])
