from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl_scenes.rooms.room import render_room
from mmmtl_scenes.writers.nyuv2 import RoomSet, write_rooms
from tests.utils.scene_files import read_all

SMALL = RoomSet(size=(48, 64), train=3, val=2, seed=5, dropouts=0.05)


@pytest.fixture(scope='module')
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('rooms') / 'set'
    assert write_rooms(root, SMALL, workers=1, progress=False) == 5
    return root


def test_names_of_the_layout(small_set: Path) -> None:
    expected = {
        f'{split}/{folder}/{index}.npy'
        for split, count in (('train', 3), ('val', 2))
        for folder in ('image', 'label', 'depth', 'normal')
        for index in range(count)
    }
    assert set(read_all(small_set)) == expected | {'rooms.json'}


def test_files_hold_the_rendering(small_set: Path) -> None:
    room = render_room((5, 1, 1), (48, 64))
    image, label, depth, normal = (
        np.load(small_set / 'val' / folder / '1.npy')
        for folder in ('image', 'label', 'depth', 'normal')
    )
    assert image.dtype == depth.dtype == normal.dtype == np.float32
    np.testing.assert_array_equal(np.rint(image * 255).astype(np.uint8), room.image)
    assert image.max() <= 1
    assert label.dtype == np.int8
    classes = {raw: index if index < 13 else -1 for raw, index in CLASS_SETS[13].table.items()}
    np.testing.assert_array_equal(label, np.vectorize(classes.get)(room.label_ids))
    assert depth.shape == (48, 64, 1)
    kept = depth[..., 0] > 0
    assert 0.8 < kept.mean() < 0.97
    np.testing.assert_array_equal(depth[kept][:, 0], room.depth[kept])
    np.testing.assert_array_equal(normal[kept], room.normal[kept])
    assert (normal[~kept] == 0).all()


def test_without_dropouts_nothing_is_left_out(tmp_path: Path) -> None:
    rooms = RoomSet(size=(48, 64), train=1, val=0, dropouts=0)
    write_rooms(tmp_path, rooms, workers=1, progress=False)
    depth = np.load(tmp_path / 'train' / 'depth' / '0.npy')
    np.testing.assert_array_equal(depth[..., 0], render_room((0, 0, 0), (48, 64)).depth)


def test_labels_are_not_labelled_where_the_raw_id_is_0(tmp_path: Path) -> None:
    rooms = RoomSet(size=(96, 128), train=12, val=0, seed=1)
    write_rooms(tmp_path, rooms, workers=1, progress=False)
    labels = [np.load(path) for path in sorted((tmp_path / 'train' / 'label').iterdir())]
    assert min(label.min() for label in labels) == -1
    assert max(label.max() for label in labels) == 12


def test_train_and_val_are_different_scenes(small_set: Path) -> None:
    images = [path.read_bytes() for path in small_set.rglob('image/*.npy')]
    assert len(set(images)) == len(images) == 5


def test_a_second_run_writes_what_is_missing(small_set: Path) -> None:
    before = read_all(small_set)
    assert write_rooms(small_set, SMALL, workers=1, progress=False) == 0
    (small_set / 'train' / 'normal' / '1.npy').unlink()
    untouched = small_set / 'train' / 'normal' / '0.npy'
    stamp = untouched.stat().st_mtime_ns
    assert write_rooms(small_set, SMALL, workers=1, progress=False) == 1
    assert read_all(small_set) == before
    assert untouched.stat().st_mtime_ns == stamp


def test_other_parameters_are_refused(small_set: Path) -> None:
    other = RoomSet(size=(48, 64), train=3, val=2, seed=6, dropouts=0.05)
    with pytest.raises(ValueError, match='rooms .* other parameters: seed is 5, expected 6'):
        write_rooms(small_set, other, workers=1, progress=False)


def test_a_foreign_data_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'train' / 'image').mkdir(parents=True)
    with pytest.raises(ValueError, match='holds train but no rooms.json: it is another data set'):
        write_rooms(tmp_path, SMALL, workers=1, progress=False)
    assert not (tmp_path / 'rooms.json').exists()


@pytest.mark.parametrize(
    ('name', 'value'),
    [('train', -1), ('val', 1.5), ('seed', -3), ('size', (31, 64)), ('dropouts', 1.0),
     ('supersample', 0)],
)  # fmt: skip
def test_bad_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f'{name} must be'):
        RoomSet(**{name: value})  # type: ignore[arg-type]


def test_bad_workers_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='workers must be .* found 0'):
        write_rooms(tmp_path, SMALL, workers=0, progress=False)
