"""Further tasks of the known data sets."""

import cv2
import numpy as np

from mmmtl.datasets import CityscapesMultiTaskDataset, NYUv2MultiTaskDataset
from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl.tasks import ClassTask, ScalarTask, tasks_in
from tests.utils.own_labels import LOAD, NAN, PACK
from tests.utils.random_data import write_nyuv2


def test_a_further_task_of_cityscapes(cityscapes_root):
    parts = dict(type='ClassTask', classes=['road', 'other'])
    table = {i: int(i != 7) for i in range(34)}
    data = CityscapesMultiTaskDataset(
        data_root=str(cityscapes_root),
        tasks=dict(seg=dict(type='ClassTask'), parts=parts),
        data_prefix=dict(parts_map_path='gtFine/train'),
        label_suffix=dict(parts='_gtFine_labelIds.png'),
        label_readers=dict(parts=dict(type='IdMapReader', table=table)),
        pipeline=[*LOAD, PACK],
    )
    sample = data[1]['data_samples']
    ids = cv2.imread(sample.parts_map_path, cv2.IMREAD_UNCHANGED)
    assert np.array_equal(sample.gt_parts.data[0].numpy(), ids != 7)
    assert sample.gt_sem_seg.data.unique().tolist() != [0, 1]
    assert tasks_in(data.metainfo, ['seg']) == dict(
        seg=ClassTask(name='seg', classes=CLASS_SETS[7].classes, palette=CLASS_SETS[7].palette),
        parts=ClassTask(name='parts', classes=('road', 'other')),
    )


def test_the_readers_of_a_layout_follow_the_tasks(cityscapes_root):
    def depth_of(**settings):
        data = CityscapesMultiTaskDataset(
            data_root=str(cityscapes_root), pipeline=[*LOAD, PACK], **settings
        )
        return data[0]['data_samples'].gt_depth_map.data.numpy()

    pixels = depth_of(tasks=['depth'], depth_unit='disparity')
    own = dict(depth=dict(type='ScalarTask', unit='disparity', invalid=-1))
    assert np.array_equal(depth_of(tasks=own), np.where(pixels == 0, -1, pixels))
    read = dict(depth=dict(own['depth'], reader=dict(type='DisparityReader')))
    assert np.array_equal(depth_of(tasks=read), depth_of(tasks=own))


def test_a_further_task_of_nyuv2(tmp_path):
    write_nyuv2(tmp_path, dict(train=1), size=(8, 16))
    (tmp_path / 'train/height').mkdir()
    heights = np.linspace(-1, 1, 128).reshape(8, 16)
    heights[0, 0] = NAN
    np.save(tmp_path / 'train/height/0.npy', heights)
    data = NYUv2MultiTaskDataset(
        data_root=str(tmp_path),
        tasks=dict(height=dict(type='ScalarTask', unit='m'), normal=dict(type='DirectionTask')),
        data_prefix=dict(height_map_path='train/height'),
        pipeline=[*LOAD, PACK],
    )
    sample = data[0]['data_samples']
    np.testing.assert_allclose(sample.gt_height.data[0].numpy(), heights, rtol=1e-6)
    assert sample.gt_normal_map.data.shape == (3, 8, 16)
    assert data.tasks['height'] == ScalarTask(name='height', unit='m')
