import numpy as np
import pytest

from mmmtl.apis.point_cloud import back_project
from mmmtl.datasets.conversion import Intrinsics

CAMERA = Intrinsics(fx=2.0, fy=4.0, cx=1.0, cy=0.5)


def test_points_by_hand():
    depth = np.array([[2.0, 4.0, 0.0], [np.nan, np.inf, 8.0]])
    cloud = back_project(depth, CAMERA)
    assert cloud.points.dtype == np.float32
    assert cloud.points.tolist() == [
        [2 * (0 - 1) / 2, 2 * (0 - 0.5) / 4, 2],
        [4 * (1 - 1) / 2, 4 * (0 - 0.5) / 4, 4],
        [8 * (2 - 1) / 2, 8 * (1 - 0.5) / 4, 8],
    ]
    assert (cloud.colors, cloud.normals) == (None, None)


def test_points_are_seen_again_where_they_came_from():
    rng = np.random.default_rng(0)
    depth = rng.uniform(-1, 9, (13, 17))
    cloud = back_project(depth, CAMERA, max_depth=6)
    x, y, z = cloud.points.T.astype(float)
    columns, rows = CAMERA.fx * x / z + CAMERA.cx, CAMERA.fy * y / z + CAMERA.cy
    places = np.rint([rows, columns]).astype(int)
    np.testing.assert_allclose([rows, columns], places, atol=1e-4)
    seen = np.zeros(depth.shape)
    seen[tuple(places)] = z
    np.testing.assert_allclose(seen, np.where((depth > 0) & (depth <= 6), depth, 0), atol=1e-5)


def test_colours_and_normals_are_those_of_the_pixels():
    depth = np.array([[1.0, -1.0, 2.0]])
    image = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)
    normals = image.astype(np.float64)
    cloud = back_project(depth, CAMERA, image, normals)
    assert cloud.colors.tolist() == [[0, 1, 2], [6, 7, 8]]
    assert cloud.normals.tolist() == [[0, 1, 2], [6, 7, 8]]
    assert (cloud.colors.dtype, cloud.normals.dtype) == (np.uint8, np.float32)


def test_what_does_not_fit_is_named():
    depth = np.ones((2, 3))
    with pytest.raises(ValueError, match=r'image: expected shape \(2, 3, 3\).*found \(3, 2, 3\)'):
        back_project(depth, CAMERA, np.zeros((3, 2, 3), np.uint8))
    with pytest.raises(ValueError, match='max_depth: expected positive metres, found 0'):
        back_project(depth, CAMERA, max_depth=0)
