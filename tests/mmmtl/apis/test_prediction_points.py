import numpy as np
import pytest

from mmmtl.apis.prediction_points import PointMaker, metric_depth, surface_normals
from mmmtl.datasets.conversion import Intrinsics
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.tasks import DEPTH, NORMAL, ScalarTask, build_tasks

CAMERA = DepthCamera(Intrinsics(100.0, 100.0, 2.5, 1.5), (4, 6), baseline=0.5)
IMAGE = np.zeros((4, 6, 3), np.uint8)
IMAGE[..., 0] = 9  # blue


def depth(unit, **settings):
    return ScalarTask(name='z', unit=unit, **settings)


@pytest.mark.parametrize(
    ('unit', 'value'),
    [('depth', 5.0), ('inverse_depth', 0.2), ('disparity', 10.0), ('mtan', (256 * 10 + 1) / 65535)],
)
def test_five_metres_in_every_unit(unit, value):
    values = np.full((1, 2), value, np.float32)
    assert metric_depth(depth(unit), values, CAMERA) == pytest.approx(5.0, rel=1e-5)


@pytest.mark.parametrize('unit', ['depth', 'inverse_depth', 'disparity', 'mtan'])
def test_what_is_no_place_is_left_out(unit):
    tasks = {'z': depth(unit)}
    values = np.array([[0, -1, np.nan, np.inf, -np.inf, 1 / 65536]], np.float32)
    cloud = PointMaker(tasks, CAMERA, max_depth=1e3).clouds(IMAGE[:1], {'z': values})['z']
    assert len(cloud.points) == (1 if unit == 'depth' else 0)


def test_labels_that_do_not_count_are_no_points():
    tasks = {'z': depth('depth', min_value=1.0, max_value=3.0)}
    values = np.linspace(0.5, 4, 24, dtype=np.float32).reshape(4, 6)
    z = PointMaker(tasks, CAMERA).clouds(IMAGE, {'z': values})['z'].points[:, 2]
    np.testing.assert_array_equal(z, values[(values >= 1) & (values <= 3)])


def test_other_numbers_are_no_depths():
    height = ScalarTask(name='height', unit='m')
    assert metric_depth(height, np.ones((2, 2)), CAMERA) is None
    assert metric_depth(NORMAL, np.ones((2, 2, 3)), CAMERA) is None
    assert surface_normals(height, np.ones((2, 2))) is None
    assert PointMaker({'height': height}, CAMERA).names == []


def test_the_camera_is_that_of_the_image():
    """An image of half the columns and a quarter of the rows, with the same view."""
    tasks = {'z': depth('disparity')}
    large = DepthCamera(Intrinsics(200.0, 400.0, 5.5, 7.5), (16, 12), baseline=0.25)
    values = np.full((4, 6), 10.0, np.float32)
    found = PointMaker(tasks, large).clouds(IMAGE, {'z': values})['z'].points
    np.testing.assert_allclose(found[:, 2], 0.25 * 200 / 10)  # disparities stay the camera's
    same = DepthCamera(Intrinsics(100.0, 100.0, 2.5, 1.5))
    expected = PointMaker({'z': depth('depth')}, same).clouds(
        IMAGE, {'z': np.full((4, 6), 5.0, np.float32)}
    )['z']
    np.testing.assert_allclose(found, expected.points, rtol=1e-6)


def test_colours_and_normals_of_a_prediction():
    tasks = build_tasks(dict(z=dict(type='ScalarTask', unit='depth'), n=dict(type='DirectionTask')))
    normals = np.zeros((4, 6, 3), np.float32)
    normals[..., 1] = -1
    prediction = dict(z=np.ones((4, 6), np.float32), n=normals)
    cloud = PointMaker(tasks, CAMERA).clouds(IMAGE, prediction)['z']
    assert cloud.colors[0].tolist() == [0, 0, 9]
    assert cloud.normals[5].tolist() == [0, -1, 0]
    two = {**tasks, 'other': tasks['n']}
    cloud = PointMaker(two, CAMERA).clouds(IMAGE, {**prediction, 'other': normals})['z']
    assert cloud.normals is None  # which of them is not known


@pytest.mark.parametrize(
    ('task', 'camera', 'message'),
    [
        (depth('depth'), None, 'points: expected a camera, found none'),
        (DEPTH, CAMERA, 'points: expected the unit of depth, found none'),
        (
            depth('mtan'),
            DepthCamera(Intrinsics(1, 1, 0, 0)),
            "points: expected the baseline of the camera, as the unit of z is 'mtan', found none",
        ),
    ],
)
def test_what_is_not_known_is_said_before_anything_is_predicted(task, camera, message):
    with pytest.raises(ValueError, match=message):
        PointMaker({task.name: task}, camera)
    with pytest.raises(ValueError, match='max_depth: expected positive metres, found -1'):
        PointMaker({}, CAMERA, -1)


def test_the_inferencer_writes_them(inferencer, images, tmp_path, monkeypatch):
    monkeypatch.setattr(inferencer, 'camera', DepthCamera(Intrinsics(50.0, 50.0, 30.0, 20.0)))
    depth = inferencer(images[0], out_dir=tmp_path, save=['points'])['depth']
    header = (tmp_path / 'depth' / 'image.ply').read_bytes().partition(b'end_header')[0].decode()
    assert f'element vertex {(depth > 0).sum()}' in header
    assert 'property float nz' in header
    assert 'property uchar blue' in header
