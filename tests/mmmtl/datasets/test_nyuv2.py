import numpy as np
import pytest
import torch

from mmmtl.datasets import NYUv2MultiTaskDataset
from mmmtl.datasets.nyuv2_labels import CLASS_SETS

PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
SIZE = (8, 12)


def write_samples(root, split='train', count=11, classes=13):
    """Writes random samples as the MTAN authors store them; gives the arrays."""
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (count, *SIZE, 3))
    label = rng.integers(-1, classes, (count, *SIZE))
    depth = rng.uniform(0.5, 9, (count, *SIZE, 1)).astype(np.float32)
    normal = rng.normal(size=(count, *SIZE, 3))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    depth[:, 0], normal[:, 0] = 0, 0
    for folder, arrays in (
        ('image', rgb / 255),
        ('label', label.astype(np.float32)),
        ('depth', depth),
        ('normal', normal.astype(np.float32)),
    ):
        path = root / split / folder
        path.mkdir(parents=True)
        for index, array in enumerate(arrays):
            np.save(path / f'{index}.npy', array)
    return rgb, label, depth, normal


@pytest.mark.parametrize('num_classes', [13, 40])
def test_the_authors_files(tmp_path, num_classes):
    arrays = write_samples(tmp_path, 'val', classes=num_classes)
    data = NYUv2MultiTaskDataset(
        data_root=str(tmp_path), split='val', num_classes=num_classes, pipeline=PIPELINE
    )
    assert len(data) == 11
    assert data.metainfo['classes'] == CLASS_SETS[num_classes].classes
    assert data.metainfo['palette'] == CLASS_SETS[num_classes].palette
    seen = set()
    for item in data:
        sample = item['data_samples']
        index = int(sample.img_path.rsplit('/', 1)[1].removesuffix('.npy'))
        seen.add(index)
        rgb, label, depth, normal = (torch.from_numpy(array[index]) for array in arrays)
        assert torch.equal(item['inputs'].flip(0).permute(1, 2, 0).long(), rgb)
        assert torch.equal(sample.gt_sem_seg.data[0].long(), torch.where(label == -1, 255, label))
        assert torch.equal(sample.gt_depth_map.data[0], depth[..., 0])
        torch.testing.assert_close(sample.gt_normal_map.data, normal.permute(2, 0, 1).float())
        assert (sample.gt_normal_map.data[:, 0] == 0).all()
        assert sample.depth_unit == 'depth'
    assert seen == set(range(11))


def test_some_tasks_only(tmp_path):
    write_samples(tmp_path)
    (tmp_path / 'train/label').rename(tmp_path / 'elsewhere')
    data = NYUv2MultiTaskDataset(data_root=str(tmp_path), tasks=['normal'], pipeline=PIPELINE)
    assert 'gt_normal_map' in data[0]['data_samples']
    assert 'gt_sem_seg' not in data[0]['data_samples']
    data = NYUv2MultiTaskDataset(
        data_root=str(tmp_path),
        tasks=['seg'],
        data_prefix=dict(seg_map_path='elsewhere'),
        pipeline=PIPELINE,
    )
    assert 'gt_sem_seg' in data[0]['data_samples']


def test_an_image_may_lack_normals(tmp_path):
    write_samples(tmp_path)
    (tmp_path / 'train/normal/1.npy').unlink()
    data = NYUv2MultiTaskDataset(
        data_root=str(tmp_path), partly_labelled=['normal'], pipeline=PIPELINE
    )
    for item in data:
        sample = item['data_samples']
        assert sample.gt_normal_map.data.any() != sample.img_path.endswith('/1.npy')
        assert sample.gt_depth_map.data.any()


@pytest.mark.parametrize(('value', 'named'), [(13, '13'), (-2, '-2'), (255, '255')])
def test_labels_out_of_range_are_named(tmp_path, value, named):
    write_samples(tmp_path, count=2)
    path = tmp_path / 'train/label/1.npy'
    np.save(path, np.full(SIZE, value, np.int16))
    data = NYUv2MultiTaskDataset(data_root=str(tmp_path), pipeline=PIPELINE)
    with pytest.raises(ValueError, match=rf'{path}: label id\(s\) {named} are not in the table'):
        data[1]


def test_missing_folders_are_named_with_the_way_to_make_them(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        NYUv2MultiTaskDataset(data_root=str(tmp_path / 'nyu'))
    message = str(caught.value)
    for folder in ('image', 'label', 'depth', 'normal'):
        assert str(tmp_path / 'nyu' / 'train' / folder) in message
    assert (
        f'mmmtl data nyuv2 nyu_depth_v2_labeled.mat --splits splits.mat --out {tmp_path}' in message
    )
    assert f'mmmtl data rooms {tmp_path / "nyu"}' in message


def test_missing_files_are_named(tmp_path):
    write_samples(tmp_path)
    (tmp_path / 'train/normal/7.npy').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*train/normal/7.npy'):
        NYUv2MultiTaskDataset(data_root=str(tmp_path))


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(num_classes=14), r'num_classes: expected one of \(13, 40\), found 14'),
        (dict(split='test'), r"split: expected one of \('train', 'val'\), found 'test'"),
        (dict(depth_unit='mtan'), r"depth_unit: expected one of \('depth',\), found 'mtan'"),
        (dict(tasks='seg'), "tasks: expected a list of names, found the string 'seg'"),
        (dict(tasks=['edges']), "Unknown task 'edges'"),
    ],
)
def test_wrong_arguments_are_named(settings, reason):
    with pytest.raises(ValueError, match=reason):
        NYUv2MultiTaskDataset(**settings)
