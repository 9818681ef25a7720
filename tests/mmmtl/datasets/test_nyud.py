import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.datasets import NYUDMultiTaskDataset
from mmmtl.datasets.nyuv2_labels import LABELS
from tests.utils.field_folders import PIPELINE, SIZE, save_image, write_nyud


def make(root, **options):
    return NYUDMultiTaskDataset(data_root=str(root), pipeline=PIPELINE, **options)


def test_the_files_of_the_layout(tmp_path):
    write_nyud(tmp_path)
    data = make(tmp_path)
    assert len(data) == 2
    assert len(make(tmp_path, split='val')) == 1
    assert list(data.tasks) == ['seg', 'depth', 'normal', 'edge']
    assert data.metainfo['classes'] == tuple(label.name for label in LABELS)
    sample = data[0]['data_samples']
    stored = np.asarray(Image.open(tmp_path / 'segmentation/0001.png')).astype(int)
    expected = torch.from_numpy(np.where(stored == 0, 255, stored - 1))
    assert torch.equal(sample.gt_sem_seg.data[0].long(), expected)
    assert sample.gt_sem_seg.data[0, 0, :3].tolist() == [255, 0, 39]
    depth = torch.from_numpy(np.load(tmp_path / 'depth/0001.npy'))
    assert torch.equal(sample.gt_depth_map.data[0], depth)
    assert not data.tasks['depth'].valid_mask(sample.gt_depth_map.data)[0, 1].any()
    normal = torch.tensor([2 * 128 / 255 - 1, 2 * 128 / 255 - 1, -1])
    expected = (normal / normal.norm()).view(3, 1, 1).expand(3, *SIZE)
    torch.testing.assert_close(sample.gt_normal_map.data, expected)
    assert sample.gt_edge.data.sum() == 12
    assert (sample.gt_edge.data[0, :, 5] == 1).all()


@pytest.mark.parametrize('kind', [np.float16, np.float64])
def test_depths_of_other_floats_are_metres_too(tmp_path, kind):
    write_nyud(tmp_path)
    depth = np.full(SIZE, 2.5, kind)
    np.save(tmp_path / 'depth/0001.npy', depth)
    found = make(tmp_path)[0]['data_samples'].gt_depth_map.data
    assert found.dtype == torch.float32
    assert (found == 2.5).all()


def test_edges_of_ones_are_edges_too(tmp_path):
    write_nyud(tmp_path)
    before = make(tmp_path)[0]['data_samples'].gt_edge.data
    stored = np.asarray(Image.open(tmp_path / 'edge/0001.png')) // 255
    save_image(tmp_path / 'edge/0001.png', stored)
    assert torch.equal(make(tmp_path)[0]['data_samples'].gt_edge.data, before)


def test_some_tasks_and_some_classes(tmp_path):
    write_nyud(tmp_path)
    data = make(tmp_path, tasks=['edge', 'seg'], metainfo=dict(classes=['floor', 'wall']))
    assert list(data.tasks) == ['edge', 'seg']
    sample = data[0]['data_samples']
    assert 'gt_depth_map' not in sample
    assert sample.gt_sem_seg.data[0, 0, 1] == 1  # the wall
    assert set(sample.gt_sem_seg.data.unique().tolist()) <= {0, 1, 255}


def test_a_palette_file_gives_its_indices(tmp_path):
    write_nyud(tmp_path)
    before = make(tmp_path)[0]['data_samples'].gt_sem_seg.data
    path = tmp_path / 'segmentation/0001.png'
    picture = Image.open(path).convert('P')
    picture.putdata(np.asarray(Image.open(path)).ravel().tolist())
    picture.putpalette([(7 * i + c) % 256 for i in range(256) for c in range(3)])
    picture.save(path)
    assert Image.open(path).mode == 'P'
    assert torch.equal(make(tmp_path)[0]['data_samples'].gt_sem_seg.data, before)


@pytest.mark.parametrize(
    ('break_it', 'message'),
    [
        (lambda root: (root / 'depth/0002.npy').unlink(), r'missing file.*depth/0002\.npy'),
        (lambda root: (root / 'images/0002.png').unlink(), r'missing file.*images/0002\.png'),
        (lambda root: (root / 'edge').rename(root / 'edges'), r'edge\.\n(.|\n)*--format nyud'),
        (lambda root: (root / 'gt_sets/train.txt').unlink(), r'gt_sets/train\.txt does not exist'),
    ],
)
def test_what_a_folder_lacks_is_named(tmp_path, break_it, message):
    write_nyud(tmp_path)
    break_it(tmp_path)
    with pytest.raises(FileNotFoundError, match=message):
        make(tmp_path)


def test_an_unknown_class_names_the_file(tmp_path):
    write_nyud(tmp_path)
    save_image(tmp_path / 'segmentation/0001.png', np.full(SIZE, 41))
    with pytest.raises(ValueError, match=r'seg label: .*segmentation/0001\.png: label id\(s\) 41'):
        make(tmp_path)[0]
