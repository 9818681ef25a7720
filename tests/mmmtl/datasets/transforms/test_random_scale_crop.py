import numpy as np
import pytest

from mmmtl.datasets.transforms import RandomScaleCrop
from mmmtl_scenes import render, sample_street
from tests.utils.samples import MAPS, random_sample


def points(depth, focal, u0, v0):
    rows, columns = np.mgrid[: depth.shape[0], : depth.shape[1]]
    return np.stack([(columns - u0) * depth / focal, (rows - v0) * depth / focal, depth], axis=-1)


@pytest.mark.parametrize('seed', range(3))
def test_a_zoom_shrinks_the_scene_about_the_camera(seed):
    street = render(sample_street(seed), (48, 96))
    height, width = street.depth.shape
    results = dict(
        img=street.image,
        gt_seg_map=np.arange(height * width).reshape(height, width),
        gt_depth_map=street.depth,
        gt_normal_map=street.normal,
        depth_unit='depth',
    )
    np.random.seed(seed)
    zoomed = RandomScaleCrop(scales=[3.0])(results)
    # Every third pixel of the result is one of the image; its number tells which one.
    middle = (slice(1, None, 3), slice(1, None, 3))
    pixels = zoomed['gt_seg_map'][middle]
    top, left = divmod(int(zoomed['gt_seg_map'][0, 0]), width)

    # The camera that the zoom stands for: three times the focal length, and the crop's own centre.
    camera = street.camera
    u0, v0 = (3 * (old - start) + 1 for old, start in ((camera.u0, left), (camera.v0, top)))
    found = points(zoomed['gt_depth_map'].astype(float), 3 * camera.focal, u0, v0)[middle]
    original = camera.back_project(street.depth.astype(float)).reshape(-1, 3)[pixels]
    np.testing.assert_allclose(found, original / 3, rtol=1e-5, atol=1e-6)
    # A scene that is shrunk evenly has the same normals.
    normal = street.normal.reshape(-1, 3)[pixels]
    np.testing.assert_array_equal(zoomed['gt_normal_map'][middle], normal)


def test_a_disparity_stays_that_of_the_depth():
    street = render(sample_street(0), (48, 96))
    size = street.depth.shape
    sample = dict(img=street.image, gt_seg_map=np.zeros(size, np.uint8))
    zooms = []
    for unit, label in (('depth', street.depth), ('disparity', street.disparity)):
        np.random.seed(5)
        zoomed = RandomScaleCrop(scales=[1.5])(dict(sample, gt_depth_map=label, depth_unit=unit))
        zooms.append(zoomed['gt_depth_map'].astype(float))
    valid = (zooms[0] > 0) & (zooms[1] > 0)
    assert valid.mean() > 0.5
    np.testing.assert_allclose((zooms[0] * zooms[1])[valid], 0.209313 * 2262.52, rtol=1e-3)


@pytest.mark.parametrize(
    ('unit', 'factor'), [('depth', 1 / 2), ('mtan', 2), ('inverse_depth', 2), ('disparity', 2)]
)
def test_a_zoom_brings_the_scene_nearer(unit, factor):
    np.random.seed(3)
    before = random_sample(8, 12, unit)
    after = RandomScaleCrop(scales=[2.0])(random_sample(8, 12, unit))
    for key in ('img', *MAPS):
        assert after[key].shape == before[key].shape
        assert after[key].dtype == before[key].dtype
    # Each pixel of the crop has become 2 x 2 pixels; find the crop by its ids.
    ids = after['gt_seg_map'][::2, ::2]
    corners = [
        (top, left)
        for top in range(5)
        for left in range(7)
        if np.array_equal(before['gt_seg_map'][top : top + 4, left : left + 6], ids)
    ]
    assert len(corners) == 1
    top, left = corners[0]
    window = (slice(top, top + 4), slice(left, left + 6))
    for key, scale in (('gt_depth_map', factor), ('gt_normal_map', 1)):
        enlarged = before[key][window].repeat(2, axis=0).repeat(2, axis=1)
        assert after[key] == pytest.approx(enlarged * scale)


def test_a_zoom_keeps_invalid_pixels_invalid():
    results = random_sample(16, 16)
    hole = results['gt_seg_map'] == 3
    results['gt_depth_map'][hole] = 0
    results['gt_normal_map'][hole] = 0
    zoomed = RandomScaleCrop(scales=[1.5])(results)
    hole = zoomed['gt_seg_map'] == 3
    assert hole.any()
    assert np.array_equal(zoomed['gt_depth_map'] == 0, hole)
    assert np.array_equal(np.linalg.norm(zoomed['gt_normal_map'], axis=2) == 0, hole)


def test_a_scale_of_1_changes_nothing():
    after = RandomScaleCrop(scales=[1.0])(random_sample())
    for key in ('img', *MAPS):
        assert np.array_equal(after[key], random_sample()[key])


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match=r'scales: expected factors of at least 1, found \[0.5\]'):
        RandomScaleCrop(scales=[0.5])
