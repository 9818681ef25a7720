import dataclasses
import json

import cv2
import numpy as np
import pytest

from mmmtl.datasets import NYUv2MultiTaskDataset
from mmmtl.datasets.conversion import (
    NYUv2Conversion,
    convert_nyuv2,
    normals_from_depth,
    nyuv2_camera,
)
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl_scenes.writers.nyuv2 import RoomSet
from mmmtl_scenes.writers.nyuv2_mat import write_nyuv2_mat
from tests.utils.killed import write_half_and_die
from tests.utils.nyuv2_files import Images, random_images, random_normals, write_mat, write_splits
from tests.utils.scene_files import read_all

SOURCE, SMALL = (48, 64), (24, 32)
CONTENT = random_images(5, SOURCE)
TRAIN, TEST = [4, 2, 5], [1, 3]


@pytest.fixture(scope='module')
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp('official')
    mat = write_mat(folder / 'nyu.mat', CONTENT)
    splits = write_splits(folder / 'splits.mat', TRAIN, TEST)
    return dict(mat=mat, splits=splits, size=SMALL)


@pytest.fixture(scope='module')
def converted(settings, tmp_path_factory):
    out = tmp_path_factory.mktemp('converted') / 'nyuv2'
    assert convert_nyuv2(NYUv2Conversion(out=out, **settings), workers=1, progress=False) == 5
    return out


def test_files_are_those_the_authors_code_reads(converted):
    """Read as in the MTAN authors' ``create_dataset.py``, and compared with the plain rules."""
    for split, numbers in (('train', TRAIN), ('val', TEST)):
        for i, number in enumerate(numbers):
            image, label, depth, normal = (
                np.load(converted / split / folder / f'{i}.npy')
                for folder in ('image', 'label', 'depth', 'normal')
            )
            source = Images(*(array[number - 1] for array in CONTENT))
            assert image.dtype == depth.dtype == normal.dtype == np.float32
            blocks = source.images.reshape(24, 2, 32, 2, 3).mean(axis=(1, 3)) / 255
            assert image == pytest.approx(blocks, abs=0.51 / 255)
            # The pixel below the centre of the new one, which covers two by two.
            below = (slice(1, None, 2), slice(1, None, 2))
            raw = source.labels[below]
            expected = np.vectorize(CLASS_SETS[13].table.get)(raw)
            assert label.dtype == np.int8
            assert np.array_equal(label, np.where(expected == 255, -1, expected))
            assert (label[raw == 0] == -1).all()
            assert depth.shape == (*SMALL, 1)
            assert np.array_equal(depth[..., 0], source.depths[below])
            whole = normals_from_depth(source.depths, nyuv2_camera(SOURCE))
            assert np.array_equal(normal, whole[below])
            assert (normal[depth[..., 0] == 0] == 0).all()
            assert (np.linalg.norm(normal, axis=-1) > 0).mean() > 0.9
    assert len(read_all(converted)) == 5 * 4 + 1


def test_forty_classes(settings, tmp_path):
    convert_nyuv2(NYUv2Conversion(out=tmp_path, classes=40, **settings), progress=False)
    label = np.load(tmp_path / 'val/label/1.npy')
    expected = np.vectorize(CLASS_SETS[40].table.get)(CONTENT.labels[2][1::2, 1::2])
    assert np.array_equal(label, np.where(expected == 255, -1, expected))
    assert label.max() > 12


def test_compact_files_load_as_the_others(settings, converted, tmp_path):
    convert_nyuv2(NYUv2Conversion(out=tmp_path, compact=True, **settings), progress=False)
    pipeline = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
    large, small = (
        NYUv2MultiTaskDataset(data_root=str(root), split='val', pipeline=pipeline)
        for root in (converted, tmp_path)
    )
    for a, b in zip(large, small, strict=True):
        assert np.array_equal(a['img'], b['img'])
        assert np.array_equal(a['gt_seg_map'], b['gt_seg_map'])
        assert b['gt_depth_map'] == pytest.approx(a['gt_depth_map'], rel=2**-11)
        assert b['gt_normal_map'] == pytest.approx(a['gt_normal_map'], abs=1e-3)
        assert np.array_equal(a['gt_depth_map'] == 0, b['gt_depth_map'] == 0)
    sizes = [sum(map(len, read_all(root).values())) for root in (converted, tmp_path)]
    assert sizes[1] < 0.6 * sizes[0]


def test_what_is_missing_is_made_again(settings, converted):
    before = read_all(converted)
    conversion = NYUv2Conversion(out=converted, **settings)
    assert convert_nyuv2(conversion, progress=False) == 0
    kept = converted / 'train/image/0.npy'
    stamp = kept.stat().st_mtime_ns
    (converted / 'val/depth/1.npy').unlink()
    (converted / 'train/label/2.npy').unlink()
    write_half_and_die(converted / 'val/depth/1.npy')
    assert len(list(converted.rglob('.*'))) == 1
    assert convert_nyuv2(conversion, workers=2, progress=False) == 2
    assert read_all(converted) == before
    assert kept.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ('change', 'reason'),
    [
        (dict(size=(12, 16)), r'size is \[24, 32\], expected \[12, 16\]'),
        (dict(classes=40), 'classes is 13, expected 40'),
        (dict(compact=True), 'compact is False, expected True'),
    ],
)
def test_other_parameters_in_the_same_folder_are_refused(settings, converted, change, reason):
    before = read_all(converted)
    conversion = NYUv2Conversion(**{**settings, 'out': converted, **change})
    with pytest.raises(ValueError, match=rf'{converted} holds .* other parameters: {reason}'):
        convert_nyuv2(conversion, progress=False)
    assert read_all(converted) == before


def test_other_inputs_in_the_same_folder_are_refused(settings, converted, tmp_path):
    splits = write_splits(tmp_path / 'splits.mat', TRAIN[::-1], TEST)
    conversion = NYUv2Conversion(**{**settings, 'out': converted, 'splits': splits})
    with pytest.raises(ValueError, match='splits_sha256 is'):
        convert_nyuv2(conversion, progress=False)
    mat = write_mat(tmp_path / 'nyu.mat', random_images(6, SOURCE))
    conversion = NYUv2Conversion(**{**settings, 'out': converted, 'mat': mat})
    with pytest.raises(ValueError, match='mat_bytes is'):
        convert_nyuv2(conversion, progress=False)


def test_other_data_is_not_touched(settings, tmp_path):
    (tmp_path / 'train').mkdir()
    with pytest.raises(ValueError, match=f'{tmp_path} holds train but no nyuv2_conversion.json'):
        convert_nyuv2(NYUv2Conversion(out=tmp_path, **settings), progress=False)
    assert read_all(tmp_path) == {}
    (tmp_path / 'nyuv2_conversion.json').write_text('{')
    with pytest.raises(ValueError, match='nyuv2_conversion.json is not readable as a record'):
        convert_nyuv2(NYUv2Conversion(out=tmp_path, **settings), progress=False)


def test_the_border_is_cut_off(tmp_path):
    content = random_images(2, (480, 640))
    inside = np.zeros((480, 640), bool)
    inside[44:471, 40:601] = True  # rows 45 to 471 and columns 41 to 601, from 1
    content.images[:, ~inside] = 255
    content.images[:, inside] = 100
    content.labels[:, ~inside] = 0
    content.labels[:, inside] = 21
    mat = write_mat(tmp_path / 'nyu.mat', content)
    splits = write_splits(tmp_path / 'splits.mat', [1], [2])
    for size in ((427, 561), (60, 80)):
        out = tmp_path / f'{size[0]}'
        conversion = NYUv2Conversion(mat, splits, out, size, crop_border=True)
        convert_nyuv2(conversion, workers=1, progress=False)
        assert np.unique(np.load(out / 'val/image/0.npy')).tolist() == [np.float32(100 / 255)]
        assert np.unique(np.load(out / 'val/label/0.npy')).tolist() == [11]  # wall
    whole = normals_from_depth(content.depths[1], nyuv2_camera((480, 640)))
    assert np.array_equal(np.load(tmp_path / '427/val/normal/0.npy'), whole[44:471, 40:601])
    assert np.array_equal(
        np.load(tmp_path / '427/val/depth/0.npy')[..., 0], content.depths[1][44:471, 40:601]
    )
    record = json.loads((tmp_path / '427/nyuv2_conversion.json').read_text())
    assert record['crop_border'] is True


def test_the_border_of_other_sizes_is_not_known(settings, tmp_path):
    conversion = NYUv2Conversion(out=tmp_path / 'out', crop_border=True, **settings)
    with pytest.raises(ValueError, match='the border is only known of .* 480x640, found 48x64'):
        convert_nyuv2(conversion, progress=False)
    assert not (tmp_path / 'out').exists()


def write_encoded(path, normals, dtype):
    largest = np.iinfo(dtype).max
    colors = np.rint((normals / 2 + 0.5) * largest).astype(dtype)
    colors[(normals == 0).all(axis=-1)] = 0
    cv2.imwrite(str(path), colors[..., ::-1])


@pytest.mark.parametrize('first', [0, 1])
@pytest.mark.parametrize(('kind', 'within'), [('npy', 1e-6), ('u1', 0.01), ('u2', 4e-5)])
def test_normals_from_a_folder(settings, tmp_path, first, kind, within):
    normals, folder = random_normals(5, SOURCE), tmp_path / 'normals'
    folder.mkdir()
    for index in range(5):
        if kind == 'npy':
            np.save(folder / f'{index + first}.npy', normals[index])
        else:
            write_encoded(folder / f'{index + first:04d}.png', normals[index], kind)
    conversion = NYUv2Conversion(out=tmp_path / 'out', normals=folder, **settings)
    convert_nyuv2(conversion, workers=1, progress=False)
    for i, number in enumerate(TRAIN):
        normal = np.load(tmp_path / f'out/train/normal/{i}.npy')
        expected = normals[number - 1][1::2, 1::2]
        assert normal == pytest.approx(expected, abs=within)
        assert (normal[:1, :1] == 0).all()


def test_sizes_without_a_known_camera_take_given_normals(tmp_path):
    mat = write_mat(tmp_path / 'nyu.mat', random_images(2, (20, 20)))
    splits = write_splits(tmp_path / 'splits.mat', [1], [2])
    conversion = NYUv2Conversion(mat, splits, tmp_path / 'out', (10, 10))
    with pytest.raises(ValueError, match='nyu.mat: .*found 20x20.*Give a folder of normals'):
        convert_nyuv2(conversion, progress=False)
    for index, normals in enumerate(random_normals(2, (20, 20))):
        np.save(tmp_path / f'{index}.npy', normals)
    given = dataclasses.replace(conversion, normals=tmp_path)
    assert convert_nyuv2(given, workers=1, progress=False) == 2


def test_rendered_rooms_come_out_as_they_are(tmp_path):
    rooms = RoomSet(size=(480, 640), train=1, val=1, seed=3)
    mat, splits = tmp_path / 'rooms.mat', tmp_path / 'splits.mat'
    write_nyuv2_mat(mat, rooms, splits, workers=1, progress=False)
    convert_nyuv2(NYUv2Conversion(mat, splits, tmp_path / 'out'), workers=1, progress=False)
    rows = ((np.arange(288) + 0.5) * 480 / 288).astype(int)
    columns = ((np.arange(384) + 0.5) * 640 / 384).astype(int)
    for split, sample in zip(('train', 'val'), rooms.samples(), strict=True):
        room = rooms.render(sample)[0]
        label, depth, normal = (
            np.load(tmp_path / f'out/{split}/{folder}/0.npy')
            for folder in ('label', 'depth', 'normal')
        )
        raw, true_depth, true_normal = (
            array[rows[:, None], columns] for array in (room.label_ids, room.depth, room.normal)
        )
        inside = (slice(10, -10), slice(10, -10))  # within the white frame
        expected = np.vectorize(CLASS_SETS[13].table.get)(raw)
        assert np.array_equal(label[inside], np.where(expected == 255, -1, expected)[inside])
        assert (label[0] == -1).all()
        assert np.array_equal(depth[..., 0], true_depth)
        assert (np.linalg.norm(normal, axis=-1) > 0).mean() > 0.999
        error = np.degrees(np.arccos(np.clip((normal * true_normal).sum(axis=-1), -1, 1)))
        assert np.median(error) < 0.1
        assert (error < 11.25).mean() > 0.8
        image = np.load(tmp_path / f'out/{split}/image/0.npy')
        assert (image[0] == 1).all()
        small = cv2.resize(room.image, (384, 288), interpolation=cv2.INTER_AREA)
        assert 255 * image[inside] == pytest.approx(small[inside], abs=0.01)


@pytest.mark.parametrize(
    ('change', 'reason'),
    [
        (dict(classes=14), 'classes: expected 13 or 40, found 14'),
        (dict(size=(0, 4)), r'size: expected \(height, width\), found \(0, 4\)'),
        (dict(flip_normals='z'), 'flip_normals: only for normals that are read from a folder'),
    ],
)
def test_wrong_parameters_are_named(settings, tmp_path, change, reason):
    with pytest.raises(ValueError, match=reason):
        NYUv2Conversion(**{**settings, 'out': tmp_path, **change})


def test_wrong_workers_are_named(settings, tmp_path):
    with pytest.raises(ValueError, match='workers: expected at least 1, found 0'):
        convert_nyuv2(NYUv2Conversion(out=tmp_path, **settings), workers=0)
