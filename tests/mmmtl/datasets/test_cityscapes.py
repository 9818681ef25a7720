import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from tests.utils.random_data import write_cityscapes

PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]


@pytest.mark.parametrize('num_classes', [2, 7, 19])
def test_the_official_layout(cityscapes_root, num_classes):
    data = CityscapesMultiTaskDataset(
        data_root=str(cityscapes_root), num_classes=num_classes, pipeline=PIPELINE
    )
    assert len(data) == 4
    assert data.metainfo['classes'] == CLASS_SETS[num_classes].classes
    sample = data[1]['data_samples']
    ids = cv2.imread(sample.seg_map_path, cv2.IMREAD_UNCHANGED)
    table = CLASS_SETS[num_classes].table
    expected = np.vectorize(table.get)(ids)
    assert torch.equal(sample.gt_sem_seg.data[0], torch.from_numpy(expected))
    disparity = cv2.imread(sample.depth_map_path, cv2.IMREAD_UNCHANGED)
    assert sample.gt_depth_map.data[0].numpy() == pytest.approx(disparity / 65535, abs=1e-7)
    assert sample.depth_unit == 'mtan'


def test_the_camera_files_are_used(tmp_path):
    root = write_cityscapes(tmp_path, dict(train=1), camera=(0.5, 1000))
    data = CityscapesMultiTaskDataset(data_root=str(root), depth_unit='depth', pipeline=PIPELINE)
    sample = data[0]['data_samples']
    stored = cv2.imread(sample.depth_map_path, cv2.IMREAD_UNCHANGED).astype(np.float64)
    expected = np.where(stored > 1, 0.5 * 1000 * 256 / np.maximum(stored - 1, 1), 0)
    assert sample.gt_depth_map.data[0].numpy() == pytest.approx(expected, rel=1e-6)


def write_preprocessed(official: Path, root: Path, num_classes: int) -> None:
    """Writes the train split of an official set in the layout of the MTAN authors."""
    data = CityscapesMultiTaskDataset(
        data_root=str(official), num_classes=num_classes, pipeline=PIPELINE
    )
    for folder in ('image', f'label_{num_classes}', 'depth'):
        (root / 'train' / folder).mkdir(parents=True)
    for index in range(len(data)):
        item = data[index]
        rgb = item['inputs'].numpy().transpose(1, 2, 0)[..., ::-1] / 255
        label = item['data_samples'].gt_sem_seg.data[0].long().numpy()
        depth = item['data_samples'].gt_depth_map.data[0].numpy()[..., None]
        np.save(root / f'train/image/{index}.npy', rgb)
        np.save(root / f'train/label_{num_classes}/{index}.npy', np.where(label == 255, -1, label))
        np.save(root / f'train/depth/{index}.npy', depth)


@pytest.mark.parametrize('num_classes', [2, 7, 19])
@pytest.mark.parametrize('depth_unit', ['mtan', 'depth'])
def test_the_preprocessed_layout_gives_the_same_samples(
    cityscapes_root, tmp_path, num_classes, depth_unit
):
    write_preprocessed(cityscapes_root, tmp_path / 'npy', num_classes)
    settings = dict(num_classes=num_classes, depth_unit=depth_unit, pipeline=PIPELINE)
    official = CityscapesMultiTaskDataset(data_root=str(cityscapes_root), **settings)
    npy = CityscapesMultiTaskDataset(data_root=str(tmp_path / 'npy'), layout='mtan', **settings)
    for a, b in zip(official, npy, strict=True):
        assert torch.equal(a['inputs'], b['inputs'])
        assert torch.equal(a['data_samples'].gt_sem_seg.data, b['data_samples'].gt_sem_seg.data)
        torch.testing.assert_close(
            a['data_samples'].gt_depth_map.data, b['data_samples'].gt_depth_map.data
        )


def test_void_of_the_preprocessed_two_classes_is_background(cityscapes_root, tmp_path):
    write_preprocessed(cityscapes_root, tmp_path, 2)
    np.save(tmp_path / 'train/label_2/0.npy', np.full((32, 64), -1.0))
    data = CityscapesMultiTaskDataset(
        data_root=str(tmp_path), layout='mtan', num_classes=2, pipeline=PIPELINE
    )
    assert data[0]['data_samples'].gt_sem_seg.data.unique().tolist() == [0]


def test_missing_folders_are_named_with_the_way_to_make_them(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        CityscapesMultiTaskDataset(data_root=str(tmp_path / 'cityscapes'))
    message = str(caught.value)
    for folder in ('leftImg8bit/train', 'gtFine/train', 'disparity/train'):
        assert str(tmp_path / 'cityscapes' / folder) in message
    assert 'mmmtl data streets' in message
    assert 'mmmtl data cityscapes SRC' in message


def test_bad_files_are_named(cityscapes_root):
    stem = 'val/town/town_000000_000001'
    settings = dict(data_root=str(cityscapes_root), split='val', pipeline=PIPELINE)
    data = CityscapesMultiTaskDataset(**settings)
    path = cityscapes_root / f'gtFine/{stem}_gtFine_labelIds.png'
    ids = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    cv2.imwrite(str(path), ids * 0 + 77)
    with pytest.raises(ValueError, match=rf'{stem}_gtFine_labelIds.png: label id\(s\) 77'):
        data[1]
    cv2.imwrite(str(path), ids[:16])
    with pytest.raises(ValueError, match=rf'{stem}.*the seg label is 16x64.*image .* is 32x64'):
        data[1]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=rf'{stem}_gtFine_labelIds.png: truncated or broken'):
        data[1]
    path.unlink()
    with pytest.raises(FileNotFoundError, match=rf'{stem}_gtFine_labelIds.png: no such file'):
        data[1]
    with pytest.raises(FileNotFoundError, match=rf'1 missing file\(s\): .*{stem}'):
        CityscapesMultiTaskDataset(**settings)


def test_an_image_may_lack_its_disparity(cityscapes_root):
    lost = 'town_000000_000001'
    (cityscapes_root / f'disparity/train/town/{lost}_disparity.png').unlink()
    data = CityscapesMultiTaskDataset(
        data_root=str(cityscapes_root), partly_labelled=['depth'], pipeline=PIPELINE
    )
    for item in data:
        sample = item['data_samples']
        assert sample.gt_depth_map.data.any() != (lost in sample.img_path)


def test_a_camera_file_of_one_image_only(tmp_path):
    root = write_cityscapes(tmp_path, dict(train=2), camera=(0.5, 1000))
    (root / 'camera/train/town/town_000000_000001_camera.json').unlink()
    data = CityscapesMultiTaskDataset(data_root=str(root))
    assert json.loads(Path(data.get_data_info(0)['camera_path']).read_text())
    assert 'camera_path' not in data.get_data_info(1)


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(num_classes=8), r'num_classes: expected one of \(2, 7, 19\), found 8'),
        (dict(split='training'), "split: expected one of .*'train'.*found 'training'"),
        (dict(layout='npy'), "layout: expected one of .*'mtan'.*found 'npy'"),
        (dict(layout='mtan', tasks=['normal']), r"data_prefix.*\['normal_map_path'\]"),
    ],
)
def test_wrong_arguments_are_named(settings, reason):
    with pytest.raises(ValueError, match=reason):
        CityscapesMultiTaskDataset(**settings)


def test_coarse_annotations(cityscapes_root):
    for folder in ('leftImg8bit', 'gtFine', 'disparity'):
        target = cityscapes_root / folder.replace('Fine', 'Coarse') / 'train_extra'
        target.parent.mkdir(exist_ok=True)
        (cityscapes_root / folder / 'train').rename(target)
        for path in target.rglob('*_gtFine_*'):
            path.rename(path.with_name(path.name.replace('gtFine', 'gtCoarse')))
    settings = dict(data_root=str(cityscapes_root), split='train_extra', pipeline=PIPELINE)
    data = CityscapesMultiTaskDataset(**settings)
    assert len(data) == 4
    assert data[0]['data_samples'].seg_map_path.endswith('_gtCoarse_labelIds.png')
    with pytest.raises(ValueError, match=r"annotations: expected one of .*'gtCoarse'.*'gtFine'"):
        CityscapesMultiTaskDataset(annotations='gtFine', **settings)
