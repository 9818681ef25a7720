import numpy as np
import pytest

from mmmtl.datasets.readers import NormalReader


def test_normals_get_unit_length(stored):
    normals = NormalReader()(stored(np.array([[[3, 0, -4], [0, 0, 0]]], np.float64)), {})
    assert normals.dtype == np.float32
    assert normals[0, 0].tolist() == pytest.approx([0.6, 0, -0.8])
    assert normals[0, 1].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match='finite normals'):
        NormalReader()(stored(np.full((1, 1, 3), np.nan)), {})
    with pytest.raises(ValueError, match=r'shape \(H, W, 3\)'):
        NormalReader()(stored(np.zeros((4, 4))), {})


@pytest.mark.parametrize('dtype', [np.float16, np.float32, np.float64, np.int16])
def test_normals_have_the_bits_of_a_plain_division(stored, dtype):
    vectors = (np.random.default_rng(0).standard_normal((9, 7, 3)) * 100).astype(dtype)
    vectors[2:4] = 0
    vectors[5, :, 1:] = 0
    length = np.linalg.norm(vectors.astype(np.float64), axis=2, keepdims=True)
    expected = vectors / np.where(length > 0, length, 1)
    found = NormalReader()(stored(vectors), {})
    assert found.tobytes() == expected.astype(np.float32).tobytes()


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


def test_lengths_that_float32_cannot_square(stored):
    normals = NormalReader()(stored(np.array([[[3e-30, 0, -4e-30]]])), {})
    np.testing.assert_allclose(normals, [[[0.6, 0, -0.8]]], rtol=1e-6)
    with pytest.raises(ValueError, match=r'normals of length 1e\+06 at most, found 5e\+20'):
        NormalReader()(stored(np.array([[[3e20, 0, -4e20]]])), {})
