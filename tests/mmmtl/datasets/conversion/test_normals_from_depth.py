import cv2
import numpy as np
import pytest

from mmmtl.datasets.conversion import Intrinsics, normals_from_depth, nyuv2_camera
from mmmtl_scenes.rooms.room import render_room

SIZE = (96, 128)
CAMERA = nyuv2_camera((480, 640)).scaled(0.2)


def rays(size=SIZE, camera=CAMERA):
    """The ray through each pixel centre, written out independently."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    return np.stack(
        [(columns - camera.cx) / camera.fx, (rows - camera.cy) / camera.fy, np.ones(size)], axis=-1
    )


def plane_depth(normal, distance):
    """Depth of the plane with the unit normal, ``distance`` metres away from the camera."""
    return (-distance / (rays() @ normal)).astype(np.float32)


def unit(*vector):
    return np.array(vector) / np.linalg.norm(vector)


def angles(normals, expected):
    """Angles in degrees between unit vectors."""
    cross = np.linalg.norm(np.cross(normals, expected), axis=-1)
    return np.degrees(np.arctan2(cross, (normals * expected).sum(axis=-1)))


@pytest.mark.parametrize(
    'normal', [(0, 0, -1), (1, 0, -1), (-0.5, -0.6, -1), (0.1, 0.2, -1), (0, 1, -0.45)]
)
def test_planes_are_exact_up_to_the_image_s_edge(normal):
    normal = unit(*normal)
    depth = plane_depth(normal, 2.0)
    assert depth.min() > 0
    normals = normals_from_depth(depth, CAMERA)
    assert normals.dtype == np.float32
    assert normals.shape == (*SIZE, 3)
    assert angles(normals, normal).max() < 0.02
    assert normals_from_depth(1000 * depth, CAMERA) == pytest.approx(normals, abs=1e-4)


def test_the_camera_counts():
    normal = unit(0.3, -0.4, -1)
    shifted = Intrinsics(CAMERA.fx, CAMERA.fy, CAMERA.cx + 5, CAMERA.cy)
    normals = normals_from_depth(plane_depth(normal, 2.0), shifted)
    # Rays that are off by 5 / fx along x make n . r another linear function of the pixel.
    tilted = np.add(normal, [0, 0, normal[0] * 5 / CAMERA.fx])
    assert angles(normals, tilted / np.linalg.norm(tilted)).max() < 0.02
    assert angles(normals, normal).min() > 0.3


def test_a_sphere():
    size, camera = (240, 320), nyuv2_camera((240, 320))
    centre, radius = np.array([0.1, -0.05, 2.0]), 0.7
    r = rays(size, camera)
    along, square = r @ centre, (r**2).sum(axis=-1)
    root = along**2 - square * (centre @ centre - radius**2)
    hit = root > 0
    depth = np.where(hit, (along - np.sqrt(np.maximum(root, 0))) / square, 0)
    expected = np.where(hit[..., None], (r * depth[..., None] - centre) / radius, 0)
    normals = normals_from_depth(depth, camera)
    assert (normals[~hit] == 0).all()
    inner = hit & (expected[..., 2] < -0.5)  # within 60 degrees of the middle
    assert inner.sum() > 10000
    assert np.median(angles(normals, expected)[inner]) < 0.5
    length = np.linalg.norm(normals, axis=-1)
    assert length[hit & (length > 0)] == pytest.approx(1, abs=1e-6)
    assert ((normals * r).sum(axis=-1)[length > 0] < 0).all()


def test_both_sides_of_a_crease_are_sharp():
    left, right = unit(1, 0, -1), unit(-1, 0, -1)
    depths = np.stack([plane_depth(left, 1.5), plane_depth(right, 1.5)])
    of = depths.argmin(axis=0)  # a corner of two walls that points to the camera: the nearer one
    assert 0.2 < of.mean() < 0.8
    expected = np.stack([left, right])[of]
    error = angles(normals_from_depth(depths.min(axis=0), CAMERA), expected)
    assert (error > 1).mean() < 0.01
    assert error[:, 30:50].max() < 0.05


def test_both_sides_of_a_step_are_sharp():
    front, back = unit(0.2, 0.1, -1), unit(-0.3, 0.2, -1)
    in_front = np.zeros(SIZE, bool)
    in_front[20:70, 40:80] = True
    depth = np.where(in_front, plane_depth(front, 1.5), plane_depth(back, 3.0))
    expected = np.where(in_front[..., None], front, back)
    assert angles(normals_from_depth(depth, CAMERA), expected).max() < 0.02


def test_noise_of_a_kinect_is_averaged():
    camera = nyuv2_camera((480, 640))
    r = rays(camera=camera)  # the upper left corner of the whole view
    normal = unit(0.3, 0.2, -1)
    inverse = (r @ -normal) / 2.5
    # Disparities of a baseline of 7.5 cm and 580 pixels in steps of an eighth of a pixel.
    disparity = 0.075 * 580 * inverse + np.random.default_rng(0).normal(0, 0.05, SIZE)
    depth = 0.075 * 580 / (np.round(8 * disparity) / 8)
    assert np.median(angles(normals_from_depth(depth, camera), normal)) < 4


def test_what_no_plane_can_be_fitted_to_is_invalid():
    depth = np.zeros(SIZE, np.float32)
    depth[10, 10] = 2  # a single pixel
    depth[30, :] = 2  # a row
    depth[50:53, 60:63] = 2  # just enough points
    depth[80:82, 60:64] = 2  # one too few
    valid = (normals_from_depth(depth, CAMERA) != 0).any(axis=-1)
    expected = np.zeros(SIZE, bool)
    expected[50:53, 60:63] = True
    assert np.array_equal(valid, expected)
    assert (normals_from_depth(np.zeros(SIZE), CAMERA) == 0).all()


def test_holes_do_not_spread():
    normal = unit(0.1, -0.3, -1)
    depth = plane_depth(normal, 2.0)
    hole = np.random.default_rng(0).random(SIZE) < 0.3
    depth[hole] = 0
    normals = normals_from_depth(depth, CAMERA)
    assert (normals[hole] == 0).all()
    assert angles(normals, normal)[~hole].max() < 0.02


def plain_planes(depth, tolerance, steps):
    """Plane of each pixel's window and its error, by NumPy's own least squares; NaN if none."""
    planes = np.full((*depth.shape, 4), np.nan)
    height, width = depth.shape
    for row, column in np.argwhere(depth > 0):
        points = [
            (u, v, 1 / depth[row + v, column + u])
            for v in steps
            for u in steps
            if 0 <= row + v < height
            and 0 <= column + u < width
            and abs(depth[row + v, column + u] - depth[row, column])
            <= tolerance * depth[row, column]
        ]
        u, v, q = np.array(points).T
        if len(points) < 9 or np.linalg.eigvalsh(np.cov([u, v], bias=True))[0] < 0.25:
            continue
        matrix = np.stack([u, v, np.ones_like(u)], axis=1)
        solution = np.linalg.lstsq(matrix, q, rcond=None)[0]
        planes[row, column] = *solution, np.mean((matrix @ solution - q) ** 2)
    return planes


def plain_choice(planes, row, column, q, reach):
    """The plane of the pixel's own window, or of one around it with a tenth of the error."""
    height, width, _ = planes.shape
    own = planes[row, column]
    if np.isnan(own[0]):
        return own, np.inf
    own_error = own[3] + (own[2] - q) ** 2
    best, lowest = own, 0.1 * own_error
    for v in (-reach, 0, reach):
        for u in (-reach, 0, reach):
            if (u or v) and 0 <= row + v < height and 0 <= column + u < width:
                a, b, c, error = planes[row + v, column + u]
                here = c - a * u - b * v
                if error + (here - q) ** 2 < lowest and here > 0:
                    best, lowest = np.array([a, b, here, error]), error + (here - q) ** 2
    return best, own_error if best is own else lowest


def plain_normals(depth, camera, tolerance):
    """The same pixel by pixel."""
    large = plain_planes(depth, tolerance, (-9, -6, -3, -1, 0, 1, 3, 6, 9))
    small = plain_planes(depth, tolerance, range(-3, 4))
    normals = np.zeros((*depth.shape, 3))
    sources = set()
    for row, column in np.argwhere(depth > 0):
        q = 1 / depth[row, column]
        coarse, coarse_error = plain_choice(large, row, column, q, 9)
        fine, fine_error = plain_choice(small, row, column, q, 3)
        chosen = fine if fine_error < 0.1 * coarse_error else coarse
        if np.isnan(chosen[0]):
            continue
        own = (large if chosen is coarse else small)[row, column]
        sources.add((chosen is coarse, np.array_equal(own, chosen)))
        a, b, value = chosen[0] * camera.fx, chosen[1] * camera.fy, chosen[2]
        x, y = (column - camera.cx) / camera.fx, (row - camera.cy) / camera.fy
        normals[row, column] = -np.array([a, b, value - a * x - b * y])
        normals[row, column] /= np.linalg.norm(normals[row, column])
    return normals, sources


def test_against_plain_least_squares():
    rng = np.random.default_rng(1)
    size = (30, 34)
    camera = Intrinsics(40.0, 42.0, 15.3, 14.1)
    rows, columns = np.mgrid[: size[0], : size[1]]
    depth = 2 + 0.01 * columns + 0.2 * np.sin(rows / 4) + rng.normal(0, 0.002, size)
    depth[:, 20:] += 0.5
    depth[8:14, 4:12] -= 0.06 * (columns[8:14, 4:12] - 4)
    depth[rng.random(size) < 0.1] = 0
    seen = set()
    for tolerance in (0.05, 0.2):
        expected, sources = plain_normals(depth, camera, tolerance)
        normals = normals_from_depth(depth, camera, tolerance)
        valid = expected.any(axis=-1)
        assert np.array_equal(normals.any(axis=-1), valid)
        assert angles(normals, expected)[valid].max() < 0.05
        seen |= sources
    assert len(seen) == 4  # large and small windows, the pixel's own and others


@pytest.mark.parametrize('seed', [0, 4])
def test_rooms_have_their_normals(seed):
    room = render_room(seed, (480, 640))
    normals = normals_from_depth(room.depth, nyuv2_camera((480, 640)))
    error = angles(normals, room.normal)
    beside = np.zeros(error.shape, np.uint8)
    for axis in (0, 1):
        turn = (room.normal * np.roll(room.normal, 1, axis)).sum(axis=-1) < 0.99
        step = np.abs(room.depth / np.roll(room.depth, 1, axis) - 1) > 0.03
        beside |= turn | step
    beside[0], beside[:, 0] = 0, 0  # where np.roll joins the image's ends
    distance = cv2.distanceTransform(1 - beside, cv2.DIST_L2, 5)
    away = distance > 10
    assert away.mean() > 0.4
    assert np.median(error[away]) < 0.05
    assert error[away].mean() < 0.1
    assert (error < 11.25).mean() > 0.85
    assert (normals == 0).all(axis=-1).mean() < 0.001


@pytest.mark.parametrize(
    ('depth', 'tolerance', 'reason'),
    [
        (np.full((4, 4), np.nan), 0.05, 'depth: expected finite numbers'),
        (np.full((4, 4), -1.0), 0.05, 'depth: expected finite numbers >= 0'),
        (np.ones((4, 4, 1)), 0.05, r'depth: expected floats of shape \(H, W\).*\(4, 4, 1\)'),
        (np.ones((4, 4), int), 0.05, 'depth: expected floats.*int64'),
        (np.ones((4, 4)), 0, 'tolerance: expected a number between 0 and 1, found 0'),
    ],
)
def test_wrong_arguments_are_named(depth, tolerance, reason):
    with pytest.raises(ValueError, match=reason):
        normals_from_depth(depth, CAMERA, tolerance)
