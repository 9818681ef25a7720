import numpy as np
import pytest
from PIL import Image

from mmmtl.apis.depth_png import read_depth_png
from mmmtl.apis.prediction_pictures import paint_prediction
from mmmtl.apis.prediction_writer import PredictionWriter
from mmmtl.datasets.conversion import Intrinsics
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.datasets.io import read_map
from mmmtl.tasks import build_tasks, complete_tasks

KNOWN = build_tasks(['seg', 'depth', 'normal'])
METAINFO = dict(
    classes=['a', 'b', 'c'], palette=[[9, 8, 7], [0, 200, 0], [0, 0, 255]], depth_unit='depth'
)
TASKS = complete_tasks(KNOWN, METAINFO)
IMAGE = np.zeros((8, 12, 3), np.uint8)
IMAGE[..., 0] = 250  # blue


def prediction():
    seg = np.repeat(np.arange(3), 4)[None].repeat(8, axis=0)
    depth = np.linspace(1, 5, 96, dtype=np.float32).reshape(8, 12)
    normal = np.zeros((8, 12, 3), np.float32)
    normal[..., 1] = -1
    return dict(seg=seg, depth=depth, normal=normal)


def written(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob('*') if p.is_file())


def test_every_kind_has_a_folder_of_its_own(tmp_path):
    writer = PredictionWriter(tmp_path, TASKS, ['pictures', 'ids', 'depth', 'npy'])
    writer.write('x/a', IMAGE, prediction())
    writer.write('x/a', IMAGE, prediction())
    assert written(tmp_path) == [
        'depth/x/a.npy',
        'depth/x/a.png',
        'normal/x/a.npy',
        'pictures/x/a.png',
        'pictures_depth/x/a.png',
        'pictures_normal/x/a.png',
        'pictures_seg/x/a.png',
        'seg/x/a.npy',
        'seg/x/a.png',
    ]
    for name, values in prediction().items():
        found = np.load(tmp_path / name / 'x' / 'a.npy')
        np.testing.assert_array_equal(found, values)
        assert found.dtype == values.dtype


def test_only_what_is_asked_for(tmp_path):
    PredictionWriter(tmp_path, TASKS, ['depth']).write('a', IMAGE, prediction())
    assert written(tmp_path) == ['depth/a.png']
    values, unit = read_depth_png(tmp_path / 'depth' / 'a.png')
    np.testing.assert_allclose(values, prediction()['depth'], atol=5 / 65535)
    assert unit == 'depth'


def test_ids_are_a_label_file_and_a_picture(tmp_path):
    PredictionWriter(tmp_path, TASKS, ['ids']).write('a', IMAGE, prediction())
    path = tmp_path / 'seg' / 'a.png'
    np.testing.assert_array_equal(read_map(str(path)), prediction()['seg'])
    with Image.open(path) as picture:
        shown = np.asarray(picture.convert('RGB'))
    assert shown[0, [0, 4, 8]].tolist() == METAINFO['palette']


def test_pictures_have_the_images_size_and_the_palettes_colours(tmp_path):
    PredictionWriter(tmp_path, TASKS).write('a', IMAGE, prediction())
    seg = np.asarray(Image.open(tmp_path / 'pictures_seg' / 'a.png'))
    assert seg.shape == (8, 12, 3)
    assert seg[3, [1, 5, 9]].tolist() == METAINFO['palette']
    normal = np.asarray(Image.open(tmp_path / 'pictures_normal' / 'a.png'))
    assert normal[0, 0].tolist() == [128, 255, 128]  # up
    depth = np.asarray(Image.open(tmp_path / 'pictures_depth' / 'a.png')).astype(int)
    assert depth[0, 0].sum() > depth[-1, -1].sum()  # what is near is bright
    panel = np.asarray(Image.open(tmp_path / 'pictures' / 'a.png'))
    assert (panel == (0, 0, 250)).all(-1).any()  # the image, its channels in order
    assert all((panel == color).all(-1).any() for color in METAINFO['palette'])


def test_without_meta_information():
    painted = paint_prediction(IMAGE, prediction(), KNOWN)
    assert list(painted) == ['seg', 'depth', 'normal']
    assert len(np.unique(painted['seg'].picture.reshape(-1, 3), axis=0)) == 3
    assert [name for name, _ in painted['seg'].key.entries] == ['0', '1', '2']
    assert painted['depth'].key.label == 'depth'


def test_values_that_cannot_be_written(tmp_path):
    writer = PredictionWriter(tmp_path, TASKS, ['depth', 'ids'])
    with pytest.raises(ValueError, match='a.png: expected finite values'):
        writer.write('a', IMAGE, dict(depth=np.full((8, 12), np.nan, np.float32)))
    with pytest.raises(ValueError, match='a.png: ids above 255'):
        writer.write('a', IMAGE, dict(seg=np.full((8, 12), 256)))
    assert written(tmp_path) == []


@pytest.mark.parametrize('save', [(), ['labels'], 'npy'])
def test_what_can_be_saved(tmp_path, save):
    with pytest.raises(ValueError, match='save: expected some of'):
        PredictionWriter(tmp_path, TASKS, save)


def test_a_folder_is_not_called_as_a_video(tmp_path):
    with pytest.raises(ValueError, match='out_dir: expected a folder, found the name of a video'):
        PredictionWriter(tmp_path / 'clip.mp4', TASKS)
    (tmp_path / 'clip.mp4').mkdir()
    assert PredictionWriter(tmp_path / 'clip.mp4', TASKS).draws


def test_points_are_files_of_the_depth(tmp_path):
    camera = DepthCamera(Intrinsics(10.0, 10.0, 5.5, 3.5))
    writer = PredictionWriter(tmp_path, TASKS, ['points', 'ids'], camera=camera, max_depth=3)
    assert writer.write('x/a', IMAGE, prediction()) == 2
    assert written(tmp_path) == ['depth/x/a.ply', 'seg/x/a.png']
    content = (tmp_path / 'depth/x/a.ply').read_bytes()
    count = (prediction()['depth'] <= 3).sum()
    assert f'element vertex {count}\n'.encode() in content
    assert len(content.partition(b'end_header\n')[2]) == count * (6 * 4 + 3)
    assert writer.has('x/a')
    with pytest.raises(ValueError, match='points: expected a camera, found none'):
        PredictionWriter(tmp_path, TASKS, ['points'])


OWN = build_tasks(
    dict(
        parts=dict(type='ClassTask', classes=('head', 'legs')),
        edge=dict(type='BinaryTask'),
        height=dict(type='ScalarTask', unit='m'),
        flow=dict(type='VectorTask', channels=2, along_image=True),
    )
)


def own_prediction():
    flow = np.zeros((8, 12, 2), np.float32)
    flow[..., 0] = 3
    return dict(
        parts=np.repeat([[0, 1]], 6, axis=1).repeat(8, axis=0),
        edge=np.full((8, 12), 0.4, np.float32),
        height=np.linspace(-1, 2, 96, dtype=np.float32).reshape(8, 12),
        flow=flow,
    )


def test_tasks_of_ones_own_have_the_files_of_their_kinds(tmp_path):
    writer = PredictionWriter(tmp_path, OWN, ['ids', 'depth', 'npy'])
    writer.write('a', IMAGE, own_prediction())
    assert [name for name in written(tmp_path) if name.endswith('.png')] == [
        'edge/a.png',
        'height/a.png',
        'parts/a.png',
    ]
    for name, values in own_prediction().items():
        np.testing.assert_array_equal(np.load(tmp_path / name / 'a.npy'), values)
    with Image.open(tmp_path / 'edge' / 'a.png') as mask:
        assert (mask.mode, np.unique(mask).tolist()) == ('L', [102])
    with Image.open(tmp_path / 'parts' / 'a.png') as ids:
        assert ids.mode == 'P'
    heights, unit = read_depth_png(tmp_path / 'height' / 'a.png')
    np.testing.assert_allclose(heights, own_prediction()['height'], atol=3 / 65535)
    assert unit == 'm'


def test_pictures_of_tasks_of_ones_own(tmp_path):
    PredictionWriter(tmp_path, OWN).write('a', IMAGE, own_prediction())
    edge = np.asarray(Image.open(tmp_path / 'pictures_edge' / 'a.png'))
    assert np.unique(edge).tolist() == [102]
    flow = np.asarray(Image.open(tmp_path / 'pictures_flow' / 'a.png'))
    assert flow[3, 3].tolist() == [255, 0, 0]  # to the right
    assert 'pictures/a.png' in written(tmp_path)


def test_what_is_there_already(tmp_path):
    writer = PredictionWriter(tmp_path, TASKS, ['pictures', 'depth', 'npy'])
    assert not writer.has('x/a')
    assert writer.write('x/a', IMAGE, prediction()) == len(writer.files('x/a')) == 8
    assert sorted(str(path.relative_to(tmp_path)) for path in writer.files('x/a')) == written(
        tmp_path
    )
    assert writer.has('x/a')
    assert not PredictionWriter(tmp_path, TASKS, ['ids']).has('x/a')
    (tmp_path / 'normal' / 'x' / 'a.npy').unlink()
    assert not writer.has('x/a')
