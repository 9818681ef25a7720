import numpy as np
import pytest
from PIL import Image

from mmmtl.apis.depth_png import read_depth_png
from mmmtl.apis.prediction_writer import PredictionWriter, paint_prediction
from mmmtl.datasets.io import read_map
from mmmtl.tasks import get_tasks

TASKS = get_tasks(['seg', 'depth', 'normal'])
METAINFO = dict(
    classes=['a', 'b', 'c'], palette=[[9, 8, 7], [0, 200, 0], [0, 0, 255]], depth_unit='depth'
)
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
    writer = PredictionWriter(tmp_path, TASKS, METAINFO, ['pictures', 'ids', 'depth', 'npy'])
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
    PredictionWriter(tmp_path, TASKS, METAINFO, ['depth']).write('a', IMAGE, prediction())
    assert written(tmp_path) == ['depth/a.png']
    values, unit = read_depth_png(tmp_path / 'depth' / 'a.png')
    np.testing.assert_allclose(values, prediction()['depth'], atol=5 / 65535)
    assert unit == 'depth'


def test_ids_are_a_label_file_and_a_picture(tmp_path):
    PredictionWriter(tmp_path, TASKS, METAINFO, ['ids']).write('a', IMAGE, prediction())
    path = tmp_path / 'seg' / 'a.png'
    np.testing.assert_array_equal(read_map(str(path)), prediction()['seg'])
    with Image.open(path) as picture:
        shown = np.asarray(picture.convert('RGB'))
    assert shown[0, [0, 4, 8]].tolist() == METAINFO['palette']


def test_pictures_have_the_images_size_and_the_palettes_colours(tmp_path):
    PredictionWriter(tmp_path, TASKS, METAINFO).write('a', IMAGE, prediction())
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
    painted = paint_prediction(prediction(), TASKS, {})
    assert list(painted) == ['seg', 'depth', 'normal']
    assert len(np.unique(painted['seg'].picture.reshape(-1, 3), axis=0)) == 3
    assert [name for name, _ in painted['seg'].key.entries] == ['0', '1', '2']
    assert painted['depth'].key.label == 'depth'


def test_values_that_cannot_be_written(tmp_path):
    writer = PredictionWriter(tmp_path, TASKS, METAINFO, ['depth', 'ids'])
    with pytest.raises(ValueError, match='a.png: expected finite values'):
        writer.write('a', IMAGE, dict(depth=np.full((8, 12), np.nan, np.float32)))
    with pytest.raises(ValueError, match='a.png: ids above 255'):
        writer.write('a', IMAGE, dict(seg=np.full((8, 12), 256)))
    assert written(tmp_path) == []


@pytest.mark.parametrize('save', [(), ['labels'], 'npy'])
def test_what_can_be_saved(tmp_path, save):
    with pytest.raises(ValueError, match='save: expected some of'):
        PredictionWriter(tmp_path, TASKS, METAINFO, save)
