from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from mmmtl.datasets.class_set import IGNORED
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl_scenes.engine.render import Rendering, mirror, render
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.room import render_room, sample_room

SIZE = (144, 192)
CLASSES = CLASS_SETS[13].classes


def classes_of(room: Rendering) -> np.ndarray:
    """Gives the classes of a room, 13 where a pixel is not labelled."""
    table = np.array([CLASS_SETS[13].table[raw] for raw in range(895)])
    table[table == IGNORED] = len(CLASSES)
    return table[room.label_ids]


@pytest.fixture(scope='module')
def rooms() -> list[Rendering]:
    return [render_room((7, index), SIZE) for index in range(40)]


def test_shapes_and_dtypes(rooms: list[Rendering]) -> None:
    room = rooms[0]
    assert room.image.shape == room.normal.shape == (*SIZE, 3)
    assert room.label_ids.shape == room.depth.shape == SIZE
    assert room.image.dtype == np.uint8
    assert room.label_ids.dtype == np.uint16
    assert room.depth.dtype == room.normal.dtype == np.float32


def test_all_classes_occur_and_the_wall_is_largest(rooms: list[Rendering]) -> None:
    share = np.mean(
        [np.bincount(classes_of(room).ravel(), minlength=14) for room in rooms[:30]], axis=0
    ) / (SIZE[0] * SIZE[1])
    by_name = dict(zip((*CLASSES, 'void'), share, strict=True))
    assert all(by_name[name] > 0.005 for name in CLASSES), by_name
    assert by_name['wall'] == max(share)
    assert 0.2 < by_name['wall'] < 0.45
    assert 0.05 < by_name['floor'] < 0.25
    assert 0.08 < by_name['furniture'] < 0.3
    assert by_name['void'] < 0.03


def test_only_known_labels(rooms: list[Rendering]) -> None:
    seen = set(np.unique([room.label_ids for room in rooms]).tolist())
    assert seen <= {int(label) for label in RoomLabel}
    assert len(seen) > 30


def test_labels_belong_to_the_classes_that_are_meant() -> None:
    table, classes = CLASS_SETS[13].table, CLASS_SETS[13].classes
    expected = {
        'bed': ('BED',),
        'books': ('BOOKS',),
        'ceiling': ('CEILING',),
        'chair': ('CHAIR',),
        'floor': ('FLOOR', 'FLOOR_MAT'),
        'furniture': ('BOOKSHELF', 'CABINET', 'COUNTER', 'DRESSER', 'GARBAGE_BIN', 'HEADBOARD',
                      'NIGHT_STAND', 'OTTOMAN', 'RADIATOR', 'REFRIGERATOR', 'SHELVES', 'TV_STAND',
                      'WARDROBE'),
        'picture': ('PICTURE',),
        'sofa': ('SOFA',),
        'table': ('TABLE', 'DESK'),
        'tv': ('TELEVISION',),
        'wall': ('WALL', 'DOOR'),
        'window': ('WINDOW', 'BLINDS', 'CURTAIN'),
    }  # fmt: skip
    named = {name for names in expected.values() for name in names}
    others = {label.name for label in RoomLabel} - named - {'UNLABELED'}
    for name, labels in {**expected, 'objects': tuple(others)}.items():
        for label in labels:
            assert classes[table[RoomLabel[label]]] == name, label


def test_every_pixel_has_a_plausible_depth(rooms: list[Rendering]) -> None:
    for room in rooms:
        assert room.depth.min() >= 0.5
        assert room.depth.max() <= 10
    assert 2 < np.mean([room.depth.mean() for room in rooms]) < 4


def test_rooms_are_closed_beside_planes_that_pass_through_the_camera() -> None:
    # The side of the window lies in a plane 1 cm beside the camera.
    assert render_room((9, 7), SIZE).depth.min() > 0.5


def test_normals_have_unit_length_and_face_the_camera(rooms: list[Rendering]) -> None:
    for room in rooms:
        rays = room.camera.back_project(np.ones_like(room.depth))
        np.testing.assert_allclose(np.linalg.norm(room.normal, axis=-1), 1, atol=1e-5)
        assert ((room.normal * rays).sum(axis=-1) < 0).all()


def test_normals_agree_with_differences_of_points_on_flat_surfaces(
    rooms: list[Rendering],
) -> None:
    rows, columns = SIZE[0] - 2, SIZE[1] - 2
    for room in rooms[:12]:
        points = room.camera.back_project(room.depth.astype(np.float64))
        across, down = points[1:-1, 2:] - points[1:-1, :-2], points[2:, 1:-1] - points[:-2, 1:-1]
        found = np.cross(across, down)
        found /= -np.linalg.norm(found, axis=-1, keepdims=True)
        normal = room.normal[1:-1, 1:-1]
        middle = points[1:-1, 1:-1]
        # Flat: the four neighbours have the pixel's normal and lie in its plane.
        flat = np.ones(normal.shape[:2], dtype=bool)
        for row, column in ((0, 1), (2, 1), (1, 0), (1, 2)):
            window = (slice(row, row + rows), slice(column, column + columns))
            flat &= np.abs(room.normal[window] - normal).max(axis=-1) < 1e-6
            flat &= np.abs(((points[window] - middle) * normal).sum(axis=-1)) < 1e-4
        assert flat.mean() > 0.4
        cosine = (found[flat] * normal[flat]).sum(axis=-1)
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 0.5


def test_floor_and_ceiling_are_level_planes(rooms: list[Rendering]) -> None:
    for room in rooms:
        pose = room.camera.pose
        points = room.camera.back_project(room.depth.astype(np.float64)) @ pose.rotation.T
        floor = room.label_ids == RoomLabel.FLOOR
        np.testing.assert_allclose(points[floor][:, 1], pose.height, atol=1e-4)
        ceiling = points[room.label_ids == RoomLabel.CEILING][:, 1]
        if len(ceiling):
            assert np.ptp(ceiling) < 1e-4
            assert 2.3 < pose.height - ceiling[0] < 2.9


def test_camera_is_that_of_nyuv2() -> None:
    camera = render_room(0, (480, 640)).camera
    assert camera.focal == pytest.approx(518.8579)
    assert camera.focal_y == pytest.approx(519.4696)
    # The toolbox counts pixels from 1.
    assert camera.u0 == pytest.approx(325.5824 - 1)
    assert camera.v0 == pytest.approx(253.7362 - 1)
    points = camera.back_project(np.full((480, 640), 2.0))
    np.testing.assert_allclose(points[100, 600, 0], 2 * (600 - 324.5824) / 518.8579, rtol=1e-6)
    np.testing.assert_allclose(points[100, 600, 1], 2 * (100 - 252.7362) / 519.4696, rtol=1e-6)


def test_same_seed_same_bytes_and_other_seed_other_scene() -> None:
    first, second, other = (render_room(seed, SIZE) for seed in (3, 3, 4))
    for field in fields(Rendering):
        if field.name != 'camera':
            assert getattr(first, field.name).tobytes() == getattr(second, field.name).tobytes()
    assert first.camera == second.camera
    assert first.image.tobytes() != other.image.tobytes()


def test_content_does_not_depend_on_the_size() -> None:
    # With three times as many pixels each way, the middle ray of three is the coarse pixel's ray.
    coarse, fine = render_room(5, (96, 128)), render_room(5, (288, 384))
    same = fine.label_ids[1::3, 1::3] == coarse.label_ids
    assert same.mean() > 0.999
    close = np.isclose(fine.depth[1::3, 1::3], coarse.depth, rtol=1e-3)
    assert close.mean() > 0.999


@pytest.mark.parametrize('seed', [1, 2, 13])
def test_mirrored_scene_gives_flipped_labels(seed: int) -> None:
    scene = sample_room(seed)
    quiet = replace(scene, sensor=replace(scene.sensor, noise=0.0))
    room, flipped = render(quiet, SIZE), render(mirror(quiet), SIZE)
    np.testing.assert_array_equal(flipped.label_ids, room.label_ids[:, ::-1])
    np.testing.assert_array_equal(flipped.depth, room.depth[:, ::-1])
    expected = room.normal[:, ::-1] * np.array([-1, 1, 1], dtype=np.float32)
    np.testing.assert_allclose(flipped.normal, expected, atol=1e-6)
    difference = flipped.image.astype(int) - room.image[:, ::-1]
    assert np.abs(difference).mean() < 0.1
    assert not np.array_equal(flipped.label_ids, room.label_ids)


def test_supersampling_leaves_the_labels_alone() -> None:
    plain, fine = render_room(9, SIZE), render_room(9, SIZE, supersample=2)
    np.testing.assert_array_equal(plain.label_ids, fine.label_ids)
    np.testing.assert_array_equal(plain.depth, fine.depth)
    assert 0 < np.abs(plain.image.astype(int) - fine.image).mean() < 12
