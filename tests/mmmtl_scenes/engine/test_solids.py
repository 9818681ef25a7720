from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame, Solids

POSE = CameraPose(x=1.0, height=1.5, z=2.0, yaw=0.3, pitch=0.2, roll=-0.1)


@pytest.fixture
def solids() -> Solids:
    builder = SolidBuilder()
    builder.ground(plain, 7)
    builder.box(Frame(1, 5, 0.4), metal, 11, (1, 2, 3), yaw=0.2, tilt=0.1, taper=(0.1, 0.2, 0))
    builder.cylinder(Frame(-1, 6), plain, 17, (0.3, 2, 0.3))
    builder.ellipsoid(Frame(0, 8, base=1), metal, 21, (1, 2, 1), ragged=0.5)
    return builder.build()


def test_frames_are_placed_in_frames() -> None:
    turned = Frame(1.0, 2.0, np.pi / 2, 0.5)
    # A frame that looks along x: its own x axis points to -z.
    place = turned.at(0.5, 3.0, 0.1, 0.25)
    assert (place.x, place.z) == pytest.approx((4.0, 1.5))
    assert (place.yaw, place.base) == pytest.approx((np.pi / 2 + 0.1, 0.75))


def test_planes_go_along_when_the_camera_moves(solids: Solids) -> None:
    seen = solids.seen_from(POSE)
    points = np.random.default_rng(0).normal(size=(50, 3))
    as_seen = (points - POSE.position) @ POSE.rotation
    np.testing.assert_allclose(
        seen.planes @ as_seen.T - seen.offsets[..., None],
        solids.planes @ points.T - solids.offsets[..., None],
        atol=1e-9,
    )
    local = np.einsum('pij,pnj->pni', solids.axes, points - solids.center[:, None])
    local_seen = np.einsum('pij,pnj->pni', seen.axes, as_seen - seen.center[:, None])
    np.testing.assert_allclose(local_seen, local, atol=1e-9)


def test_a_view_is_undone_by_the_way_back(solids: Solids) -> None:
    # Turned about one axis only, the inverse is a pose again.
    for pose, back in (
        (CameraPose(0, 0, 0, yaw=0.7), CameraPose(0, 0, 0, yaw=-0.7)),
        (CameraPose(1.0, 1.5, 2.0), CameraPose(-1.0, -1.5, -2.0)),
    ):
        again = solids.seen_from(pose).seen_from(back)
        for name in ('center', 'axes', 'planes', 'offsets'):
            np.testing.assert_allclose(getattr(again, name), getattr(solids, name), atol=1e-12)


def test_mirroring_twice_changes_nothing(solids: Solids) -> None:
    once = solids.mirrored()
    np.testing.assert_array_equal(once.center, solids.center * [-1, 1, 1])
    assert once.handedness == -1
    twice = once.mirrored()
    for field in fields(Solids):
        np.testing.assert_array_equal(getattr(twice, field.name), getattr(solids, field.name))


def test_some_solids_are_chosen_in_their_order(solids: Solids) -> None:
    some = solids.chosen(np.array([True, False, False, True]))
    assert len(some) == 2
    assert some.label.tolist() == [7, 21]
    assert some.materials == solids.materials
    np.testing.assert_array_equal(some.center, solids.center[[0, 3]])
