import dataclasses

import pytest

from mmmtl.datasets.conversion import Intrinsics

CAMERA = Intrinsics(fx=100.0, fy=50.0, cx=2.0, cy=0.5)


def test_rays_go_through_the_pixel_centres():
    x, y = CAMERA.rays((2, 4))
    assert x.tolist() == [-0.02, -0.01, 0, 0.01]
    assert y.tolist() == [-0.01, 0.01]


def test_a_point_on_a_ray_appears_at_its_pixel():
    x, y = CAMERA.rays((2, 4))
    for depth in (0.5, 8.0):
        point = (x[3] * depth, y[1] * depth, depth)
        column = CAMERA.fx * point[0] / point[2] + CAMERA.cx
        row = CAMERA.fy * point[1] / point[2] + CAMERA.cy
        assert (column, row) == pytest.approx((3, 1))


@pytest.mark.parametrize('factor', [0.5, 2.0, 3.0])
def test_another_number_of_pixels_is_the_same_view(factor):
    scaled = CAMERA.scaled(factor)
    # The edges of the image, half a pixel beside the outer centres, stay where they are.
    for camera, width in ((CAMERA, 4), (scaled, 4 * factor)):
        left, right = ((edge - camera.cx) / camera.fx for edge in (-0.5, width - 0.5))
        assert (left, right) == pytest.approx((-0.025, 0.015))
    back = dataclasses.astuple(scaled.scaled(1 / factor))
    assert back == pytest.approx(dataclasses.astuple(CAMERA))
