import json

import numpy as np
import pytest

from mmmtl.datasets.cityscapes import CityscapesMultiTaskDataset
from mmmtl.datasets.conversion import Intrinsics, nyuv2_camera
from mmmtl.datasets.depth_camera import DepthCamera, parse_camera
from mmmtl.datasets.nyuv2 import NYUv2MultiTaskDataset

NUMBERS = Intrinsics(500.0, 510.0, 320.0, 240.0)


def seen_at(camera, point):
    x, y, z = point
    return np.array([camera.fx * x / z + camera.cx, camera.fy * y / z + camera.cy])


def test_a_resized_image_shows_a_point_at_the_same_place():
    camera = DepthCamera(NUMBERS, (480, 640))
    point = (0.3, -0.2, 2.0)
    before, after = (seen_at(camera.of_size(size), point) for size in ((480, 640), (120, 320)))
    # The edges of the image stay edges: the first pixel's is at -0.5.
    np.testing.assert_allclose((before + 0.5) / (640, 480), (after + 0.5) / (320, 120))
    assert DepthCamera(NUMBERS).of_size((120, 320)) is NUMBERS


def test_the_numbers_of_a_command_line(tmp_path):
    assert parse_camera('500,510,320,240') == DepthCamera(NUMBERS)
    assert parse_camera('500,510,320,240@480x640', 0.1) == DepthCamera(NUMBERS, (480, 640), 0.1)
    path = tmp_path / 'k.txt'
    path.write_text('500 0 320\n0 510 240\n0 0 1\n')
    assert parse_camera(str(path)) == DepthCamera(NUMBERS)
    assert parse_camera(f'{path}@480x640').size == (480, 640)


def test_a_camera_file_of_cityscapes(tmp_path):
    path = tmp_path / 'a_camera.json'
    intrinsic = dict(fx=500, fy=510, u0=320, v0=240)
    path.write_text(json.dumps(dict(extrinsic=dict(baseline=0.2), intrinsic=intrinsic)))
    assert parse_camera(str(path)) == DepthCamera(NUMBERS, (1024, 2048), 0.2)
    assert parse_camera(f'{path}@480x640', 0.3) == DepthCamera(NUMBERS, (480, 640), 0.3)
    path.write_text('{"extrinsic": {}}')
    with pytest.raises(ValueError, match='a_camera.json: expected a camera file with extrinsic'):
        parse_camera(str(path))


@pytest.mark.parametrize(
    ('text', 'error', 'message'),
    [
        ('1,2,3', ValueError, "camera: expected fx,fy,cx,cy in pixels, or a file, found '1,2,3'"),
        ('1,2,3,x', ValueError, 'camera: expected fx,fy,cx,cy'),
        ('0,1,2,3', ValueError, 'expected finite numbers and positive focal lengths, found fx 0'),
        ('1,1,nan,3', ValueError, 'found fx 1, fy 1, cx nan, cy 3'),
        ('none.txt', FileNotFoundError, 'none.txt: no such file'),
        ('none.json', FileNotFoundError, 'none.json: no such file'),
    ],
)
def test_what_is_no_camera(text, error, message):
    with pytest.raises(error, match=message):
        parse_camera(text)


@pytest.mark.parametrize('baseline', [0, -1, float('inf'), float('nan')])
def test_a_baseline_is_positive(baseline):
    with pytest.raises(ValueError, match=f'baseline: expected positive metres, found {baseline}'):
        DepthCamera(NUMBERS, None, baseline)
    with pytest.raises(ValueError, match='camera: expected a positive height and width'):
        DepthCamera(NUMBERS, (0, 3))


def test_the_cameras_of_data_sets():
    assert NYUv2MultiTaskDataset.camera.of_size((240, 320)) == nyuv2_camera((240, 320))
    rig = CityscapesMultiTaskDataset.camera
    assert rig.baseline * rig.intrinsics.fx == pytest.approx(473.57, abs=0.01)
    assert rig.of_size((128, 256)).fx == pytest.approx(2262.52 / 8)
