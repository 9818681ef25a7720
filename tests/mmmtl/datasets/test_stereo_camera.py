import numpy as np
import pytest
from mmmtl.depth_units import CITYSCAPES_CAMERA, StereoCamera, get_depth_unit

from mmmtl.geometry import zoom_values


def test_the_units_of_one_disparity():
    disparity = np.array([10.0, 126.0])
    metres = get_depth_unit('depth').from_disparity(disparity, CITYSCAPES_CAMERA)
    assert metres == pytest.approx([0.209313 * 2262.52 / 10, 0.209313 * 2262.52 / 126])
    inverse = get_depth_unit('inverse_depth').from_disparity(disparity, CITYSCAPES_CAMERA)
    assert inverse * metres == pytest.approx([1, 1])
    # The largest value of the MTAN authors' set, 0.4922, is p = 32257.
    mtan = get_depth_unit('mtan').from_disparity(disparity, CITYSCAPES_CAMERA)
    assert mtan == pytest.approx([2561 / 65535, 32257 / 65535])
    assert mtan[1] == pytest.approx(0.4922, abs=5e-5)
    assert get_depth_unit('disparity').from_disparity(disparity, CITYSCAPES_CAMERA) is disparity


def test_the_camera_changes_metres():
    camera = StereoCamera(baseline=0.5, focal=100)
    assert get_depth_unit('depth').from_disparity(np.array([25.0]), camera) == pytest.approx([2.0])


def test_an_unknown_unit_is_named():
    with pytest.raises(ValueError, match=r"depth_unit 'metres'.*'mtan'.*'depth'"):
        get_depth_unit('metres')


@pytest.mark.parametrize('unit', ['mtan', 'inverse_depth', 'disparity', 'depth'])
def test_a_zoom_is_the_value_of_the_nearer_scene(unit):
    unit = get_depth_unit(unit)
    disparity = np.array([10.0, 126.0])
    near = unit.from_disparity(2 * disparity, CITYSCAPES_CAMERA)
    zoomed = zoom_values(unit.from_disparity(disparity, CITYSCAPES_CAMERA), unit.kind, 2.0)
    # In the mtan unit one step of the 16-bit files is lost: p counts from 1.
    assert zoomed == pytest.approx(near, abs=1.01 / 65535 if unit.at_infinity else 0)
    assert (unit.zoom_exponent > 0) == (near[0] < near[1])
