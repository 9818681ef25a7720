import torch
from mmseg.registry import MODELS

from mmmtl_bench.speed.random_batch import random_batch
from tests.utils.plain.comparison import build


def test_labels_fit_the_tasks():
    model = build(['seg', 'depth'], dict(type='SegNet'))
    batch = random_batch(model, (32, 48), 2)
    again = random_batch(model, (32, 48), 2)
    assert [image.shape for image in batch['inputs']] == 2 * [(3, 32, 48)]
    assert torch.equal(batch['inputs'][1], again['inputs'][1])
    for sample in batch['data_samples']:
        assert sorted(sample.gt_sem_seg.data.unique().tolist()) == [0, 1, 2, 3, 4]
        assert sample.gt_depth_map.data.min() >= 0.1
    preprocess = MODELS.build(dict(type='MultiTaskDataPreprocessor', mean=[0] * 3, std=[255] * 3))
    data = preprocess(batch, True)
    losses = model.loss(data['inputs'], data['data_samples'])
    assert losses['seg/raw'] > 0
    assert losses['depth/raw'] > 0
