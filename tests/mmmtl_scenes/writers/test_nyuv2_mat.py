from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from mmmtl_scenes.rooms.room import render_room
from mmmtl_scenes.writers import nyuv2_mat
from mmmtl_scenes.writers.nyuv2 import RoomSet
from mmmtl_scenes.writers.nyuv2_mat import write_nyuv2_mat
from tests.utils.killed import write_half_and_die

ROOMS = RoomSet(size=(96, 128), train=2, val=1, seed=5, dropouts=0.05)
FRAME = 2
"""Nine pixels of 640 are two of 128."""


@pytest.fixture(scope='module')
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip('h5py')
    path = tmp_path_factory.mktemp('mat') / 'rooms.mat'
    splits = path.with_name('splits.mat')
    assert write_nyuv2_mat(path, ROOMS, splits, workers=1, progress=False) == 3
    return path


def test_arrays_have_the_official_names_shapes_and_types(path: Path) -> None:
    import h5py

    with h5py.File(path) as file:
        found = {
            name: (file[name].shape, str(file[name].dtype)) for name in file if name != '#refs#'
        }
        assert found == {
            'images': ((3, 3, 128, 96), 'uint8'),
            'depths': ((3, 128, 96), 'float32'),
            'rawDepths': ((3, 128, 96), 'float32'),
            'labels': ((3, 128, 96), 'uint16'),
            'names': ((1, 894), 'object'),
            'scenes': ((1, 3), 'object'),
        }
        assert file['images'].chunks == (1, 3, 128, 96)


def test_content_is_the_rendering_in_a_white_frame(path: Path) -> None:
    import h5py

    room = render_room((5, 1, 0), (96, 128))
    with h5py.File(path) as file:
        image, depth = file['images'][2].T, file['depths'][2].T
        raw_depth, labels = file['rawDepths'][2].T, file['labels'][2].T
    inside = np.zeros((96, 128), dtype=bool)
    inside[FRAME:-FRAME, FRAME:-FRAME] = True
    np.testing.assert_array_equal(image[inside], room.image[inside])
    assert (image[~inside] == 255).all()
    np.testing.assert_array_equal(depth, room.depth)
    np.testing.assert_array_equal(labels[inside], room.label_ids[inside])
    assert (labels[~inside] == 0).all()
    kept = raw_depth > 0
    assert not kept[~inside].any()
    assert 0.8 < kept[inside].mean() < 0.97
    np.testing.assert_array_equal(raw_depth[kept], room.depth[kept])


def test_texts_are_references_to_characters(path: Path) -> None:
    import h5py

    with h5py.File(path) as file:
        names = [file[reference][:] for reference in file['names'][0]]
        scenes = [''.join(map(chr, file[reference][:, 0])) for reference in file['scenes'][0]]
    assert all(name.dtype == np.uint16 and name.shape[1] == 1 for name in names)
    texts = [''.join(map(chr, name[:, 0])) for name in names]
    # Ids count from 1: 21 is the wall, 157 the bed, 35 the cup.
    assert (texts[20], texts[156], texts[34], texts[893]) == ('wall', 'bed', 'cup', 'class_894')
    assert len(set(texts)) == 894
    assert scenes == ['room_0000', 'room_0001', 'room_0000']


def test_header_is_that_of_matlab(path: Path) -> None:
    header = path.read_bytes()[:128]
    assert header.startswith(b'MATLAB 7.3 MAT-file')
    assert header[124:] == b'\x00\x02IM'


def test_splits_count_from_1(path: Path) -> None:
    splits = scipy.io.loadmat(path.with_name('splits.mat'))
    np.testing.assert_array_equal(splits['trainNdxs'], [[1], [2]])
    np.testing.assert_array_equal(splits['testNdxs'], [[3]])


@pytest.mark.parametrize('foreign', ['rooms.mat', 'splits.mat'])
def test_files_of_others_are_not_replaced(tmp_path: Path, foreign: str) -> None:
    path = tmp_path / foreign
    path.write_bytes(b'MATLAB 7.3 MAT-file, Platform: GLNXA64')
    with pytest.raises(ValueError, match=f'{path} was not written here'):
        write_nyuv2_mat(tmp_path / 'rooms.mat', ROOMS, tmp_path / 'splits.mat', progress=False)
    assert list(tmp_path.iterdir()) == [path]


def test_its_own_files_are_replaced(tmp_path: Path) -> None:
    pytest.importorskip('h5py')
    out, splits = tmp_path / 'rooms.mat', tmp_path / 'splits.mat'
    rooms = RoomSet(size=(24, 32), train=1, val=1)
    assert write_nyuv2_mat(out, rooms, splits, progress=False) == 2
    assert write_nyuv2_mat(out, replace(rooms, train=2), splits, progress=False) == 3
    assert len(scipy.io.loadmat(splits)['trainNdxs']) == 2


def test_an_interrupted_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip('h5py')

    def fail(*_: object) -> None:
        raise RuntimeError('interrupted')

    monkeypatch.setattr(nyuv2_mat, '_render', fail)
    before = b'MATLAB 7.3 MAT-file, as nyu_depth_v2_labeled.mat; rendered by mmmtl, before'
    (tmp_path / 'rooms.mat').write_bytes(before)
    write_half_and_die(tmp_path / 'rooms.mat')
    with pytest.raises(RuntimeError, match='interrupted'):
        write_nyuv2_mat(tmp_path / 'rooms.mat', ROOMS, workers=1, progress=False)
    assert [file.name for file in tmp_path.iterdir()] == ['rooms.mat']
    assert (tmp_path / 'rooms.mat').read_bytes() == before
