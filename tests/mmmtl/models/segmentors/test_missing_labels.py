import torch
from mmengine.structures import PixelData

from mmmtl.models.segmentors.missing_labels import fill_missing_labels
from tests.utils.constant_labels import TASKS, sample_of


def predicted(sample):
    """Adds predictions of another size than the labels may have."""
    sample.set_data(
        dict(
            pred_sem_seg=PixelData(data=torch.ones(1, 4, 5, dtype=torch.int64)),
            pred_depth_map=PixelData(data=torch.ones(1, 4, 5)),
            pred_normal_map=PixelData(data=torch.ones(3, 4, 5)),
        )
    )
    return sample


def test_missing_labels_are_filled_with_what_is_invalid():
    sample = predicted(sample_of((4, 5), depth=2.0))
    fill_missing_labels(TASKS, sample)
    assert sample.gt_depth_map.data.unique().tolist() == [2]
    assert sample.gt_sem_seg.data.dtype == torch.int64
    for name, task in TASKS.items():
        label = sample.get(task.gt_field).data
        assert label.shape == (task.channels, 4, 5)
        assert bool(task.valid_mask(label).any()) == (name == 'depth')
    assert sample.pred_sem_seg.data.unique().tolist() == [1]  # predictions are not written to


def test_an_image_without_labels_stays_without():
    sample = predicted(sample_of())
    fill_missing_labels(TASKS, sample)
    assert not any(task.gt_field in sample for task in TASKS.values())
