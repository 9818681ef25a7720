from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmmtl_scenes.engine.stereo import decode_disparity
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.street import render_street, sample_street, street_weather
from mmmtl_scenes.writers.cityscapes import StreetSceneSet, write_street_scenes
from tests.utils.scene_files import read_all

SMALL = StreetSceneSet(size=(32, 64), train=3, val=2, seed=5)


@pytest.fixture(scope='module')
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp('streets') / 'set'
    assert write_street_scenes(root, SMALL, workers=1, progress=False) == 5
    return root


def test_official_names(small_set: Path) -> None:
    names = set(read_all(small_set))
    assert len(names) == 5 * 4 + 1 + 2
    pattern = re.compile(
        r'(leftImg8bit|gtFine|disparity|camera)/(train|val)/([a-z]+)/\3_\d{6}_\d{6}_'
        r'(leftImg8bit\.png|gtFine_labelIds\.png|disparity\.png|camera\.json)'
    )
    others = {'street_scenes.json', 'weather/train.csv', 'weather/val.csv'}
    assert all(pattern.fullmatch(name) for name in names - others)
    cities = {split: {p.name for p in (small_set / 'gtFine' / split).iterdir()} for split in
              ('train', 'val')}  # fmt: skip
    assert not cities['train'] & cities['val']


def test_files_hold_the_rendering(small_set: Path) -> None:
    stem = 'train/synthville/synthville_000000_000001'
    street = render_street((5, 0, 1), (32, 64))
    image = cv2.imread(str(small_set / f'leftImg8bit/{stem}_leftImg8bit.png'), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(image[..., ::-1], street.image)
    labels = cv2.imread(str(small_set / f'gtFine/{stem}_gtFine_labelIds.png'), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(labels, street.label_ids)
    code = cv2.imread(str(small_set / f'disparity/{stem}_disparity.png'), cv2.IMREAD_UNCHANGED)
    assert code.dtype == np.uint16
    valid = code > 1
    assert 0.4 < valid.mean() < (street.disparity > 0).mean()
    np.testing.assert_allclose(
        decode_disparity(code)[valid], street.disparity[valid], atol=0.5 / 256 + 1e-5
    )


def test_as_many_pixels_are_infinitely_far_as_in_cityscapes(tmp_path: Path) -> None:
    scenes = StreetSceneSet(size=(32, 64), train=60, val=0)
    write_street_scenes(tmp_path, scenes, workers=1, progress=False)
    code, labels = (
        np.stack(
            [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in sorted(tmp_path.rglob(end))]
        )
        for end in ('*_disparity.png', '*_labelIds.png')
    )
    # CityScapes: 84 % valid, 3.0 % of them p = 1, none from 2 to 255, the largest 32257.
    assert (code > 0).mean() == pytest.approx(0.85, abs=0.02)
    assert (code == 1).sum() / (code > 0).sum() == pytest.approx(0.030, abs=0.003)
    assert code.max() <= 32257
    # What is farther than 150 m, a disparity of 3.16 pixels, is infinitely far.
    assert code[code > 1].min() == pytest.approx(1 + 256 * 0.209313 * 2262.52 / 150, abs=5)
    sky = labels == LabelId.SKY
    assert set(np.unique(code[sky])) == {0, 1}
    assert 0.3 < sky[code == 1].mean() < 0.6


def test_camera_is_the_one_of_the_disparities(small_set: Path) -> None:
    path = next((small_set / 'camera' / 'train').rglob('*.json'))
    camera = json.loads(path.read_text())
    assert set(camera['extrinsic']) == {'baseline', 'pitch', 'roll', 'x', 'y', 'yaw', 'z'}
    assert set(camera['intrinsic']) == {'fx', 'fy', 'u0', 'v0'}
    assert camera['extrinsic']['baseline'] == 0.209313
    assert camera['intrinsic']['fx'] == 2262.52


def test_train_and_val_are_different_scenes(small_set: Path) -> None:
    images = [path.read_bytes() for path in (small_set / 'leftImg8bit').rglob('*.png')]
    assert len(set(images)) == len(images) == 5


def test_a_table_says_the_weather_of_each_image(small_set: Path) -> None:
    header, *lines = (small_set / 'weather' / 'train.csv').read_text().splitlines()
    assert header == 'image,weather'
    named = dict(line.split(',') for line in lines)
    folder = small_set / 'leftImg8bit' / 'train'
    images = sorted(folder.rglob('*.png'))
    assert [f'{folder / name}_leftImg8bit.png' for name in named] == [str(one) for one in images]
    for index, weather in enumerate(named.values()):
        assert weather == sample_street((5, 0, index)).lighting.weather
    (line,) = (small_set / 'weather' / 'val.csv').read_text().splitlines()[2:]
    assert line == f'rendertown/rendertown_000000_000001,{street_weather((5, 1, 1))}'


def test_an_older_set_gets_the_table_and_no_other_file(small_set: Path, tmp_path: Path) -> None:
    older = tmp_path / 'set'
    shutil.copytree(small_set, older, ignore=shutil.ignore_patterns('weather'))
    stamps = {path: path.stat().st_mtime_ns for path in older.rglob('*_*.*') if path.is_file()}
    assert write_street_scenes(older, SMALL, workers=1, progress=False) == 0
    assert read_all(older) == read_all(small_set)
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps


def test_a_second_run_writes_what_is_missing(small_set: Path) -> None:
    before = read_all(small_set)
    assert write_street_scenes(small_set, SMALL, workers=1, progress=False) == 0
    missing = sorted((small_set / 'disparity' / 'train').rglob('*.png'))[1]
    missing.unlink()
    untouched = sorted((small_set / 'disparity' / 'train').rglob('*.png'))[0]
    stamp = untouched.stat().st_mtime_ns
    assert write_street_scenes(small_set, SMALL, workers=1, progress=False) == 1
    assert read_all(small_set) == before
    assert untouched.stat().st_mtime_ns == stamp


def test_normals_on_request(tmp_path: Path) -> None:
    scenes = StreetSceneSet(size=(32, 64), train=1, val=0, normals=True, dropouts=0)
    write_street_scenes(tmp_path, scenes, workers=1, progress=False)
    normal = np.load(next(tmp_path.rglob('*_normal.npy')))
    street = render_street((0, 0, 0), (32, 64))
    assert normal.dtype == np.float16
    np.testing.assert_allclose(normal, street.normal, atol=1e-3)
    code = cv2.imread(str(next(tmp_path.rglob('*_disparity.png'))), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(code > 0, street.disparity > 0)


def test_other_parameters_are_refused(small_set: Path) -> None:
    other = StreetSceneSet(size=(32, 64), train=3, val=2, seed=6)
    with pytest.raises(ValueError, match='other parameters: seed is 5, expected 6'):
        write_street_scenes(small_set, other, workers=1, progress=False)


def test_a_foreign_data_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'leftImg8bit' / 'train').mkdir(parents=True)
    with pytest.raises(ValueError, match='another data set'):
        write_street_scenes(tmp_path, SMALL, workers=1, progress=False)
    assert not (tmp_path / 'street_scenes.json').exists()


@pytest.mark.parametrize(
    ('name', 'value'),
    [('train', -1), ('val', 1.5), ('seed', -3), ('size', (31, 64)), ('dropouts', 1.0),
     ('supersample', 0)],
)  # fmt: skip
def test_bad_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f'{name} must be'):
        StreetSceneSet(**{name: value})  # type: ignore[arg-type]


def test_bad_workers_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='workers must be .* found 0'):
        write_street_scenes(tmp_path, SMALL, workers=0, progress=False)
