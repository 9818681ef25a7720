import numpy as np
import pytest

from mmmtl.datasets.readers import DisparityReader, PreprocessedInverseDepthReader


def test_preprocessed_inverse_depth(stored):
    stored_values = np.array([[0, 1, 2561, 32257]], np.uint16)
    png = stored(stored_values, 'png')
    npy = stored((stored_values / 65535)[..., None].astype(np.float32))
    for unit in ('mtan', 'disparity', 'inverse_depth', 'depth'):
        expected = DisparityReader(unit)(png, {})
        assert PreprocessedInverseDepthReader(unit)(npy, {}) == pytest.approx(expected, rel=1e-6)
    with pytest.raises(ValueError, match=r'in \[0, 1\], found 80.0'):
        PreprocessedInverseDepthReader()(stored(np.array([[80.0]])), {})


@pytest.mark.parametrize('unit', ['mtan', 'disparity'])
def test_invalid_pixels_get_the_number_that_the_task_has_for_them(stored, unit):
    path = stored(np.array([[0, 2561 / 65535]], np.float32)[..., None])
    values = PreprocessedInverseDepthReader(unit, invalid=-1)(path, {})
    assert values.dtype == np.float32
    expected = 2561 / 65535 if unit == 'mtan' else 10
    assert values[0].tolist() == pytest.approx([-1, expected])
