import numpy as np
import pytest

from mmmtl.datasets.transforms import RandomScaleCrop
from mmmtl_scenes import render, sample_street


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
