import json

import cv2
import numpy as np
import pytest

from mmmtl.datasets.readers import (
    DisparityReader,
    IdMapReader,
    NormalReader,
    PreprocessedInverseDepthReader,
    ScalarReader,
    read_camera,
)


@pytest.fixture
def stored(tmp_path):
    def write(array, suffix='npy'):
        path = str(tmp_path / f'label.{suffix}')
        if suffix == 'npy':
            np.save(path, array)
        else:
            cv2.imwrite(path, array)
        return path

    return write


def test_ids_are_mapped_by_the_table(stored):
    read = IdMapReader({-1: 255, 0: 3, 5: 1})
    classes = read(stored(np.array([[-1.0, 0.0], [5.0, 0.0]])), {})
    assert classes.dtype == np.uint8
    assert classes.tolist() == [[255, 3], [1, 3]]
    assert IdMapReader([7, 8])(stored(np.array([[1, 0]], np.uint8), 'png'), {}).tolist() == [[8, 7]]


@pytest.mark.parametrize('unknown', [-2, 1, 6, 200])
def test_an_id_outside_of_the_table_is_named(stored, unknown):
    path = stored(np.array([[0, unknown]]))
    with pytest.raises(ValueError, match=rf'label.npy: .*\(s\) {unknown} are not in the table'):
        IdMapReader({-1: 255, 0: 3, 5: 1})(path, {})


def test_ids_must_be_whole_numbers_of_one_channel(stored):
    read = IdMapReader([0])
    with pytest.raises(ValueError, match='whole numbers'):
        read(stored(np.array([[0.5]])), {})
    with pytest.raises(ValueError, match='whole numbers'):
        read(stored(np.array([[np.nan]])), {})
    with pytest.raises(ValueError, match=r'ids of shape \(H, W\)'):
        read(stored(np.zeros((2, 2, 3))), {})
    with pytest.raises(ValueError, match='classes from 0 to 255, found 256'):
        IdMapReader([256])
    with pytest.raises(ValueError, match='at least one id'):
        IdMapReader({})


def test_scalars(stored):
    values = ScalarReader(scale=0.001)(stored(np.array([[0, 1500]], np.uint16), 'png'), {})
    assert values.dtype == np.float32
    assert values.tolist() == [[0, 1.5]]
    for bad, reason in (
        (np.array([[-0.5]]), 'found -0.5'),
        (np.array([[np.nan]]), 'NaN or infinity'),
        (np.array([[np.inf]]), 'NaN or infinity'),
        (np.zeros((2, 2, 3)), r'values of shape \(H, W\)'),
    ):
        with pytest.raises(ValueError, match=rf'label.npy.*{reason}'):
            ScalarReader()(stored(bad), {})
    with pytest.raises(ValueError, match='scale: expected a positive number'):
        ScalarReader(scale=0)


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
    for text in ('{', '{}', '{"extrinsic": {"baseline": 0}, "intrinsic": {"fx": 1}}'):
        camera.write_text(text)
        with pytest.raises(ValueError, match='camera.json: expected a'):
            read_camera(str(camera))


def test_disparities_of_8_bit_are_refused(stored):
    with pytest.raises(ValueError, match='expected a 16-bit disparity.*uint8'):
        DisparityReader()(stored(np.zeros((2, 2), np.uint8), 'png'), {})


def test_preprocessed_inverse_depth(stored):
    stored_values = np.array([[0, 1, 2561, 32257]], np.uint16)
    png = stored(stored_values, 'png')
    npy = stored((stored_values / 65535)[..., None].astype(np.float32))
    for unit in ('mtan', 'disparity', 'inverse_depth', 'depth'):
        expected = DisparityReader(unit)(png, {})
        assert PreprocessedInverseDepthReader(unit)(npy, {}) == pytest.approx(expected, rel=1e-6)
    with pytest.raises(ValueError, match=r'in \[0, 1\], found 80.0'):
        PreprocessedInverseDepthReader()(stored(np.array([[80.0]])), {})


def test_normals_get_unit_length(stored):
    normals = NormalReader()(stored(np.array([[[3, 0, -4], [0, 0, 0]]], np.float64)), {})
    assert normals.dtype == np.float32
    assert normals[0, 0].tolist() == pytest.approx([0.6, 0, -0.8])
    assert normals[0, 1].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match='finite normals'):
        NormalReader()(stored(np.full((1, 1, 3), np.nan)), {})
    with pytest.raises(ValueError, match=r'shape \(H, W, 3\)'):
        NormalReader()(stored(np.zeros((4, 4))), {})


@pytest.mark.parametrize(('dtype', 'within'), [('u1', 0.008), ('u2', 4e-5)])
def test_normals_in_colours(stored, dtype, within):
    expected = np.array([[[0.6, 0, -0.8], [-1, 0, 0], [0, 0.28, 0.96]]])
    largest = np.iinfo(dtype).max
    colors = np.rint((expected + 1) / 2 * largest).astype(dtype)
    middle = np.full((1, 1, 3), largest // 2, dtype)
    colors = np.concatenate([colors, np.zeros_like(middle), middle], axis=1)
    for suffix, array in (('png', colors[..., ::-1]), ('npy', colors)):  # OpenCV writes BGR
        normals = NormalReader()(stored(array, suffix), {})
        assert normals[:, :3] == pytest.approx(expected, abs=within)
        assert np.linalg.norm(normals[:, :3], axis=-1) == pytest.approx(1)
        assert (normals[:, 3:] == 0).all()
