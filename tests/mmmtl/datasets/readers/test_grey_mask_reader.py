import numpy as np
import pytest

from mmmtl.datasets.readers import GreyMaskReader
from tests.utils.field_folders import save_image


def read(path, values, **options):
    save_image(path, values)
    return GreyMaskReader(**options)(str(path), {})


def test_greys_are_shares(tmp_path):
    found = read(tmp_path / 'a.png', [[0, 51, 255]])
    np.testing.assert_allclose(found, [[0, 0.2, 1]])
    assert found.dtype == np.float32


def test_a_threshold_gives_yes_and_no(tmp_path):
    assert read(tmp_path / 'a.png', [[127, 128, 255]], threshold=0.5).tolist() == [[0, 1, 1]]


def test_ones_mean_yes_only_where_that_is_asked_for(tmp_path):
    assert read(tmp_path / 'a.png', [[0, 1]], ones=True).tolist() == [[0, 1]]
    assert read(tmp_path / 'a.png', [[0, 255]], ones=True).tolist() == [[0, 1]]
    np.testing.assert_allclose(read(tmp_path / 'a.png', [[0, 1]]), [[0, 1 / 255]])


def test_arrays_of_floats_and_booleans(tmp_path):
    for values in ([[0.25, 1.0]], [[False, True]]):
        np.save(tmp_path / 'a.npy', values)
        np.testing.assert_allclose(GreyMaskReader()(str(tmp_path / 'a.npy'), {}), values)


def test_what_is_no_mask_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r'a\.png: expected a grey image .* \(1, 1, 3\)'):
        read(tmp_path / 'a.png', [[[1, 2, 3]]])
    np.save(tmp_path / 'a.npy', [[-1.0, np.nan]])
    with pytest.raises(ValueError, match=r'a\.npy: expected shares from 0 to 1'):
        GreyMaskReader()(str(tmp_path / 'a.npy'), {})
    for threshold in (1, 'a'):
        with pytest.raises(ValueError, match='threshold: expected'):
            GreyMaskReader(threshold)
