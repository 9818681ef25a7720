import numpy as np
import pytest
import torch

from mmmtl.datasets.transforms import PackMultiTaskInputs
from tests.utils.samples import random_sample


def test_image_and_labels_become_tensors_with_channels_first():
    sample = random_sample()
    packed = PackMultiTaskInputs()(random_sample())
    assert list(packed) == ['inputs', 'data_samples']
    assert packed['inputs'].dtype == torch.uint8
    assert np.array_equal(packed['inputs'].numpy(), sample['img'].transpose(2, 0, 1))
    labels = packed['data_samples']
    for key, field, dtype in (
        ('gt_seg_map', 'gt_sem_seg', torch.uint8),
        ('gt_depth_map', 'gt_depth_map', torch.float32),
    ):
        data = labels.get(field).data
        assert data.dtype == dtype
        assert np.array_equal(data.numpy(), sample[key][None])
    normal = labels.gt_normal_map.data
    assert normal.dtype == torch.float32
    assert np.array_equal(normal.numpy(), sample['gt_normal_map'].transpose(2, 0, 1))


def test_only_labels_that_are_there_are_packed():
    sample = random_sample()
    del sample['gt_depth_map']
    sample['gt_normal_map'] = None
    assert list(PackMultiTaskInputs()(sample)['data_samples'].keys()) == ['gt_sem_seg']


def test_edges_are_packed_as_whole_numbers():
    edges = np.array([[0, 1], [255, 0]], np.uint8)
    packed = PackMultiTaskInputs()({**random_sample(), 'gt_edge_map': edges})
    data = packed['data_samples'].gt_edge_map.data
    assert data.dtype == torch.int64
    assert data.tolist() == [[[0, 1], [255, 0]]]


def test_meta_information_is_what_is_known_of_what_is_asked_for():
    sample = {**random_sample(depth_unit='mtan'), 'img_path': 'a.png', 'other': 1}
    default = PackMultiTaskInputs()(dict(sample))['data_samples']
    assert default.metainfo == dict(
        img_path='a.png', ori_shape=(4, 6), img_shape=(4, 6), depth_unit='mtan'
    )
    own = PackMultiTaskInputs(meta_keys=['other', 'flip'])(dict(sample))['data_samples']
    assert own.metainfo == dict(other=1)


@pytest.mark.parametrize('key', ['img', 'gt_normal_map'])
def test_what_is_packed_does_not_depend_on_the_memory_of_the_sample(key):
    mirrored = random_sample()
    mirrored[key] = mirrored[key][:, ::-1]  # torch takes no array with negative strides
    packed = PackMultiTaskInputs()(mirrored)
    found = packed['inputs'] if key == 'img' else packed['data_samples'].gt_normal_map.data
    assert np.array_equal(found.numpy(), random_sample()[key][:, ::-1].transpose(2, 0, 1))
