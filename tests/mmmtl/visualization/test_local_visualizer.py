import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import VISUALIZERS
from mmseg.structures import SegDataSample
from PIL import Image

from mmmtl.visualization import MultiTaskLocalVisualizer

METAINFO = dict(classes=('a', 'b'), palette=[(200, 0, 0), (0, 200, 0)], depth_unit='depth')
IMAGE = np.full((16, 32, 3), (10, 20, 30), dtype=np.uint8)


@pytest.fixture
def visualizer(tmp_path):
    visualizer = MultiTaskLocalVisualizer(
        vis_backends=[dict(type='LocalVisBackend')], save_dir=str(tmp_path), panel_width=32
    )
    visualizer.dataset_meta = METAINFO
    return visualizer


@pytest.fixture
def data_sample():
    sample = SegDataSample()
    sample.gt_sem_seg = PixelData(data=torch.zeros(1, 16, 32, dtype=torch.int64))
    sample.pred_sem_seg = PixelData(data=torch.ones(1, 16, 32, dtype=torch.int64))
    sample.pred_depth_map = PixelData(data=torch.rand(1, 16, 32))
    return sample


def test_draws_the_tasks_of_the_sample(visualizer, data_sample):
    visualizer.add_datasample('all', IMAGE, data_sample)
    picture = visualizer.get_image()

    assert picture.shape[1] > 4 * 32  # image, two of the classes, one of depth
    for color in [(10, 20, 30), *METAINFO['palette']]:
        assert (picture == color).all(axis=-1).sum() >= 16 * 32


@pytest.mark.parametrize(('arguments', 'columns'), [(dict(draw_gt=False), 3), ({}, 4)])
def test_labels_can_be_left_out(visualizer, data_sample, arguments, columns):
    visualizer.add_datasample('some', IMAGE, data_sample, **arguments)

    assert columns * 32 < visualizer.get_image().shape[1] < (columns + 1) * 32


def test_predictions_can_be_left_out(visualizer, data_sample):
    visualizer.add_datasample('labels', IMAGE, data_sample, draw_pred=False)

    assert 2 * 32 < visualizer.get_image().shape[1] < 3 * 32


def test_image_alone(visualizer):
    visualizer.add_datasample('image', IMAGE)

    assert visualizer.get_image().shape[1] < 2 * 32


def test_backend_stores_the_picture(visualizer, data_sample, tmp_path):
    visualizer.add_datasample('val_a', IMAGE, data_sample, step=7)

    stored = np.asarray(Image.open(tmp_path / 'vis_data' / 'vis_image' / 'val_a_7.png'))
    np.testing.assert_array_equal(stored, visualizer.get_image())


def test_out_file_goes_past_the_backend(visualizer, data_sample, tmp_path):
    path = tmp_path / 'out' / 'sheet.png'
    visualizer.add_datasample('name', IMAGE, data_sample, out_file=str(path))

    np.testing.assert_array_equal(np.asarray(Image.open(path)), visualizer.get_image())
    assert not (tmp_path / 'vis_data' / 'vis_image').exists()


def test_is_built_by_name_and_needs_no_metadata(data_sample):
    visualizer = VISUALIZERS.build(dict(type='MultiTaskLocalVisualizer', name='no-meta'))
    visualizer.add_datasample('name', IMAGE, data_sample)

    assert visualizer.get_image().shape[1] > 4 * 512


def test_mistake_in_the_config():
    with pytest.raises(ValueError, match='panel_width: .* found 0'):
        MultiTaskLocalVisualizer(panel_width=0)
