import numpy as np
import pytest
import torch
from mmengine.structures import BaseDataElement, PixelData
from mmseg.structures import SegDataSample

from mmmtl.visualization import PanelRow

IMAGE = np.zeros((2, 3, 3), np.uint8)


@pytest.fixture
def data_sample():
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=torch.full((1, 2, 3), 4))
    sample.pred_sem_seg = PixelData(data=torch.full((1, 2, 3), 5))
    sample.gt_normal_map = PixelData(data=torch.full((3, 2, 3), 6.0))
    sample.pred_depth_map = PixelData(data=torch.full((1, 2, 3), 7.0, requires_grad=True))
    sample.seg_logits = PixelData(data=torch.zeros(9, 2, 3))
    return sample


def values(maps):
    return {name: (tuple(m.shape), m.unique().tolist()) for name, m in maps.items()}


def test_a_line_has_all_maps_of_a_sample(data_sample):
    row = PanelRow.from_data_sample(IMAGE, data_sample, title='here')
    assert row.image is IMAGE
    assert row.title == 'here'
    assert values(row.labels) == dict(seg=((1, 2, 3), [4]), normal=((3, 2, 3), [6]))
    assert values(row.predictions) == dict(seg=((1, 2, 3), [5]), depth=((1, 2, 3), [7]))
    assert not row.predictions['depth'].requires_grad


@pytest.mark.parametrize(
    ('options', 'labels', 'predictions'),
    [
        (dict(draw_gt=False), [], ['seg', 'depth']),
        (dict(draw_pred=False), ['seg', 'normal'], []),
        (dict(draw_gt=False, draw_pred=False), [], []),
    ],
)
def test_labels_or_predictions_can_be_left_out(data_sample, options, labels, predictions):
    row = PanelRow.from_data_sample(IMAGE, data_sample, **options)
    assert (list(row.labels), list(row.predictions)) == (labels, predictions)


def test_without_a_sample_there_is_the_image_alone():
    row = PanelRow.from_data_sample(IMAGE, None, title='here')
    assert (row.labels, row.predictions, row.title) == ({}, {}, 'here')


def test_arrays_and_maps_without_channels_are_taken():
    sample = BaseDataElement()
    sample.gt_depth_map = BaseDataElement(data=np.full((2, 3), 2.0))
    found = PanelRow.from_data_sample(IMAGE, sample).labels['depth']
    assert isinstance(found, torch.Tensor)
    assert (tuple(found.shape), found.unique().tolist()) == ((1, 2, 3), [2])
