import numpy as np
import pytest

from mmmtl.datasets.stereo_camera import (
    CITYSCAPES_CAMERA,
    FROM_DISPARITY,
    KNOWS_INFINITY,
    NEEDS_BASELINE,
    TO_DEPTH,
    StereoCamera,
)
from mmmtl.tasks import DEPTH, DEPTH_UNITS, get_depth_unit


def test_the_units_of_one_disparity():
    disparity = np.array([10.0, 126.0])
    metres = FROM_DISPARITY['depth'](disparity, CITYSCAPES_CAMERA)
    assert metres == pytest.approx([0.209313 * 2262.52 / 10, 0.209313 * 2262.52 / 126])
    inverse = FROM_DISPARITY['inverse_depth'](disparity, CITYSCAPES_CAMERA)
    assert inverse * metres == pytest.approx([1, 1])
    # The largest value of the MTAN authors' set, 0.4922, is p = 32257.
    mtan = FROM_DISPARITY['mtan'](disparity, CITYSCAPES_CAMERA)
    assert mtan == pytest.approx([2561 / 65535, 32257 / 65535])
    assert mtan[1] == pytest.approx(0.4922, abs=5e-5)
    assert FROM_DISPARITY['disparity'](disparity, CITYSCAPES_CAMERA) is disparity


def test_the_camera_changes_metres():
    camera = StereoCamera(baseline=0.5, focal=100)
    assert FROM_DISPARITY['depth'](np.array([25.0]), camera) == pytest.approx([2.0])


def test_every_unit_has_its_value_of_a_disparity():
    assert list(FROM_DISPARITY) == list(DEPTH_UNITS)
    nothing = np.array([0.0])
    for unit in KNOWS_INFINITY:
        assert FROM_DISPARITY[unit](nothing, CITYSCAPES_CAMERA) > 0  # 0 means invalid


@pytest.mark.parametrize('unit', ['mtan', 'inverse_depth', 'disparity', 'depth'])
def test_a_zoom_is_the_value_of_the_nearer_scene(unit):
    disparity = np.array([10.0, 126.0])
    near = FROM_DISPARITY[unit](2 * disparity, CITYSCAPES_CAMERA)
    task = DEPTH.completed(dict(depth_unit=unit))
    zoomed = task.zoom_values(FROM_DISPARITY[unit](disparity, CITYSCAPES_CAMERA), 2.0)
    # In the mtan unit one step of the 16-bit files is lost: p counts from 1.
    assert zoomed == pytest.approx(near, abs=1.01 / 65535 if unit in KNOWS_INFINITY else 0)
    assert (get_depth_unit(unit).zoom_exponent > 0) == (near[0] < near[1])


@pytest.mark.parametrize('unit', list(FROM_DISPARITY))
def test_metres_of_a_value(unit):
    camera = StereoCamera(baseline=0.5, focal=100)
    disparity = np.array([1.0, 10.0, 50.0])
    metres = TO_DEPTH[unit](FROM_DISPARITY[unit](disparity, camera), camera)
    assert metres == pytest.approx([50.0, 5.0, 1.0])
    # Only these are the same number for another distance of the cameras.
    values = (FROM_DISPARITY[unit](disparity, StereoCamera(b, 100)) for b in (0.5, 0.6))
    assert np.array_equal(*values) == (unit in NEEDS_BASELINE)
