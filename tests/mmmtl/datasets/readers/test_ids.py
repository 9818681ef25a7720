import numpy as np
import pytest

from mmmtl.datasets.readers.ids import read_ids


@pytest.mark.parametrize('dtype', [np.uint8, np.int64, np.float32])
def test_ids_are_given_as_they_are_stored(dtype, tmp_path):
    ids = np.array([[0, 3], [7, 100]], dtype)
    np.save(tmp_path / 'a.npy', ids)
    read = read_ids(str(tmp_path / 'a.npy'), {})
    assert np.array_equal(read, ids)
    assert read.dtype == dtype


@pytest.mark.parametrize(
    ('ids', 'message'),
    [
        ([[0.5, 1]], 'found fractions or NaN'),
        ([[np.nan, 1]], 'found fractions or NaN'),
        ([[np.inf, 1]], 'found infinity'),
        (np.ones((2, 2, 2)), r'of shape \(H, W\), found shape'),
    ],
)
def test_what_are_no_ids_is_refused(ids, message, tmp_path):
    np.save(tmp_path / 'a.npy', ids)
    with pytest.raises(ValueError, match=rf'a\.npy: .*{message}'):
        read_ids(str(tmp_path / 'a.npy'), {})
