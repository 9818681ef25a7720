import json

import numpy as np
import pytest

from mmmtl.datasets.readers import DisparityReader


def test_disparities_in_every_unit(stored):
    path = stored(np.array([[0, 1, 2561, 32257]], np.uint16), 'png')  # -, 0, 10 and 126 pixels
    rig = 0.209313 * 2262.52
    for unit, expected in (
        ('mtan', [0, 1 / 65535, 2561 / 65535, 32257 / 65535]),
        ('disparity', [0, 0, 10, 126]),
        ('inverse_depth', [0, 0, 10 / rig, 126 / rig]),
        ('depth', [0, 0, rig / 10, rig / 126]),
    ):
        values = DisparityReader(unit)(path, {})
        assert values.dtype == np.float32
        assert values[0].tolist() == pytest.approx(expected, rel=1e-6)


def test_disparities_use_the_sample_s_camera(stored, tmp_path):
    path = stored(np.array([[2561]], np.uint16), 'png')
    camera = tmp_path / 'camera.json'
    camera.write_text(json.dumps(dict(extrinsic=dict(baseline=0.5), intrinsic=dict(fx=100))))
    assert DisparityReader('depth')(path, dict(camera_path=str(camera)))[0, 0] == pytest.approx(5)


def test_disparities_of_8_bit_are_refused(stored):
    with pytest.raises(ValueError, match='expected a 16-bit disparity.*uint8'):
        DisparityReader()(stored(np.zeros((2, 2), np.uint8), 'png'), {})


def test_invalid_pixels_get_the_number_that_the_task_has_for_them(stored):
    path = stored(np.array([[0, 1, 2561]], np.uint16), 'png')
    assert DisparityReader('disparity', invalid=-1)(path, {}).tolist() == [[-1, -1, 10]]
    mtan = DisparityReader('mtan', invalid=-1)(path, {})
    assert mtan[0].tolist() == pytest.approx([-1, 1 / 65535, 2561 / 65535])


def test_an_unknown_unit_is_named():
    with pytest.raises(ValueError, match="depth_unit 'feet'"):
        DisparityReader('feet')
