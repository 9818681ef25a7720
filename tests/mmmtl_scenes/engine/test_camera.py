from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import (
    KINECT_OPTICS,
    STREET_OPTICS,
    CameraPose,
    PinholeCamera,
    check_size,
)

POSE = CameraPose(x=1.0, height=1.5, z=2.0, yaw=0.3, pitch=0.2, roll=-0.1)


@pytest.mark.parametrize(
    ('pose', 'axis'),
    [
        (CameraPose(), (0, 0, 1)),
        (CameraPose(yaw=np.pi / 2), (1, 0, 0)),  # to the right
        (CameraPose(pitch=np.pi / 2), (0, 1, 0)),  # down
        (CameraPose(yaw=0.3, roll=1.0), (np.sin(0.3), 0, np.cos(0.3))),
    ],
)
def test_the_optical_axis_follows_the_angles(pose: CameraPose, axis: tuple[float, ...]) -> None:
    np.testing.assert_allclose(pose.rotation[:, 2], axis, atol=1e-12)


def test_a_positive_roll_is_clockwise() -> None:
    # Then the camera's right axis points down.
    assert CameraPose(roll=0.2).rotation[1, 0] == pytest.approx(np.sin(0.2))


def test_a_rotation_is_one() -> None:
    np.testing.assert_allclose(POSE.rotation @ POSE.rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(POSE.rotation) == pytest.approx(1)
    np.testing.assert_array_equal(POSE.position, [1.0, -1.5, 2.0])


def test_a_mirrored_pose_is_the_pose_between_mirrors() -> None:
    flip = np.diag([-1.0, 1.0, 1.0])
    np.testing.assert_allclose(POSE.mirrored().rotation, flip @ POSE.rotation @ flip, atol=1e-12)
    np.testing.assert_array_equal(POSE.mirrored().position, flip @ POSE.position)
    assert POSE.mirrored().mirrored() == POSE


def test_rays_go_through_the_pixels_that_points_project_to() -> None:
    camera = PinholeCamera(30, 40, 50.0, POSE, aspect=1.1, shift=(3.0, -2.0))
    depth = np.random.default_rng(0).uniform(1, 9, (30, 40))
    points = camera.back_project(depth)
    rows, columns = np.mgrid[:30, :40]
    np.testing.assert_allclose(points[..., 2], depth)
    u = camera.u0 + camera.focal * points[..., 0] / points[..., 2]
    v = camera.v0 + camera.focal_y * points[..., 1] / points[..., 2]
    np.testing.assert_allclose(u, columns, atol=1e-4)
    np.testing.assert_allclose(v, rows, atol=1e-4)
    assert (camera.u0, camera.v0) == (22.5, 12.5)


def test_a_finer_camera_has_the_same_borders() -> None:
    camera = PinholeCamera(30, 40, 50.0, POSE, aspect=1.1, shift=(3.0, -2.0))
    fine = camera.scaled(3)
    assert (fine.height, fine.width) == (90, 120)
    for pixels, finer, focal, finer_focal in (
        (camera.u0, fine.u0, camera.focal, fine.focal),
        (camera.v0, fine.v0, camera.focal_y, fine.focal_y),
    ):
        assert (-0.5 - pixels) / focal == pytest.approx((-0.5 - finer) / finer_focal)


def test_mirrored_optics_give_exactly_the_mirrored_rays() -> None:
    x, y = KINECT_OPTICS.camera((48, 64), CameraPose()).slopes()
    mirrored_x, mirrored_y = KINECT_OPTICS.mirrored().camera((48, 64), CameraPose()).slopes()
    np.testing.assert_array_equal(mirrored_x, -x[::-1])
    np.testing.assert_array_equal(mirrored_y, y)


def test_optics_of_streets_are_those_of_cityscapes() -> None:
    camera = STREET_OPTICS.camera((128, 256), POSE)
    assert camera.focal == pytest.approx(2262.52 * 256 / 2048)
    assert (camera.u0, camera.v0, camera.pose) == (127.5, 63.5, POSE)


def test_a_smaller_image_of_the_kinect_has_the_same_view() -> None:
    large = KINECT_OPTICS.camera((480, 640), CameraPose())
    small = KINECT_OPTICS.camera((288, 384), CameraPose())
    # The left edge of the image, half a pixel left of the first pixel's centre, is one direction.
    assert (-0.5 - small.u0) / small.focal == pytest.approx((-0.5 - large.u0) / large.focal)
    assert (287.5 - small.v0) / small.focal_y == pytest.approx((479.5 - large.v0) / large.focal_y)


def test_a_good_size_is_given_back_as_integers() -> None:
    assert check_size((16, 32.0)) == (16, 32)  # type: ignore[arg-type]


@pytest.mark.parametrize('size', [(14, 32), (32, 15), (17, 32), (16.5, 32), (32,), (32, 32, 3)])
def test_other_sizes_are_refused(size: tuple[int, int]) -> None:
    message = r'crop must be \(height, width\), both even and at least 16, found \('
    with pytest.raises(ValueError, match=message):
        check_size(size, 'crop')
