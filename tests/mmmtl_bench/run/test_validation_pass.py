"""One pass over a validation set, with a network that knows the answers but for one class."""

from typing import ClassVar

import numpy as np
import pytest
import torch
from mmcv.transforms import Normalize
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch.utils.data import DataLoader

from mmmtl.engine.loops import JoinedLoaders
from mmmtl.tasks import SEG
from mmmtl_bench.run.validation_pass import run_validation_pass

SIZE = (4, 6)


class Images(torch.utils.data.Dataset):
    """Image ``n`` is full of ``n`` and belongs to class ``n % 3``."""

    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if index >= self.count:
            raise IndexError
        label = torch.full((1, *SIZE), index % 3)
        label[..., 0] = 255
        sample = SegDataSample(gt_sem_seg=PixelData(data=label))
        return torch.full((3, *SIZE), index, dtype=torch.uint8), sample


def collate(batch):
    images, samples = zip(*batch, strict=True)
    return dict(inputs=list(images), data_samples=list(samples))


class Model(torch.nn.Module):
    """Predicts the label, and class 0 for class 2."""

    tasks: ClassVar = {SEG.name: SEG}

    def val_step(self, batch):
        assert not self.training
        assert not torch.is_grad_enabled()
        for image, sample in zip(batch['inputs'], batch['data_samples'], strict=True):
            found = int(image[0, 0, 0]) % 3 % 2
            sample.pred_sem_seg = PixelData(data=torch.full((1, *SIZE), found))
        return batch['data_samples']


def run(count, num_classes=3, num_rows=3):
    loader = DataLoader(Images(count), batch_size=4, collate_fn=collate)
    return run_validation_pass(Model(), loader, num_classes, num_rows)


def test_classes_are_scored():
    found = run(9)
    # three images of each class; those of class 2 are taken for class 0
    np.testing.assert_allclose(found.scores.iou, [50, 100, 0])
    np.testing.assert_allclose(found.scores.share, [100 / 3] * 3)
    assert found.input_size == SIZE


@pytest.mark.parametrize(
    ('count', 'num_rows', 'kept'), [(9, 3, [0, 4, 8]), (10, 2, [0, 9]), (2, 3, [0, 1])]
)
def test_images_are_spread_over_the_set(count, num_rows, kept):
    found = run(count, num_rows=num_rows)
    assert [int(row.image[0, 0, 0]) for row in found.rows] == kept
    assert all(row.image.shape == (*SIZE, 3) for row in found.rows)
    assert [int(row.labels['seg'][0, 0, 1]) for row in found.rows] == [n % 3 for n in kept]
    assert [int(row.predictions['seg'][0, 0, 1]) for row in found.rows] == [n % 3 % 2 for n in kept]


def test_images_of_each_of_several_sets_are_kept():
    sets = dict(a=Images(5), b=Images(9))
    for dataset in sets.values():
        dataset.metainfo, dataset.full_init = {}, lambda: None
    loaders = {n: DataLoader(d, batch_size=4, collate_fn=collate) for n, d in sets.items()}
    found = run_validation_pass(Model(), JoinedLoaders(loaders), 3, num_rows=2)
    assert [int(row.image[0, 0, 0]) for row in found.rows] == [0, 4, 0, 8]
    # of classes 0, 1 and 2 there are 2 + 3, 2 + 3 and 1 + 3 images; those of 2 are taken for 0
    np.testing.assert_allclose(found.scores.iou, [100 * 5 / 9, 100, 0])


def test_without_classes_none_are_scored():
    found = run(5, num_classes=None)
    assert found.scores is None
    assert (len(found.rows), found.input_size) == (3, SIZE)


def test_an_empty_set_is_refused():
    with pytest.raises(ValueError, match='loader: expected a validation set with images'):
        run(0)


@pytest.mark.parametrize('to_rgb', [True, False])
def test_pictures_of_images_that_the_pipeline_has_normalised(to_rgb):
    given = np.arange(72, dtype=np.uint8).reshape(4, 6, 3) * 3  # blue, green, red
    results = Normalize([100, 110, 120], [50, 60, 70], to_rgb)(dict(img=given))
    sample = SegDataSample(metainfo=dict(img_norm_cfg=results['img_norm_cfg']))
    sample.gt_sem_seg = PixelData(data=torch.zeros(1, 4, 6, dtype=torch.long))
    image = torch.from_numpy(results['img'].transpose(2, 0, 1))

    class Normalised(torch.nn.Module):
        tasks: ClassVar = {SEG.name: SEG}

        def val_step(self, batch):
            return batch['data_samples']

    loader = DataLoader([(image, sample)], collate_fn=collate)
    (row,) = run_validation_pass(Normalised(), loader, None).rows
    assert row.image.dtype == np.uint8
    np.testing.assert_array_equal(row.image, given[..., ::-1])
