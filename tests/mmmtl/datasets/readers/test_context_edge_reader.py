import numpy as np
import pytest
from scipy.io import savemat

from mmmtl.datasets.readers import ContextEdgeReader
from mmmtl.thinning import thin


def test_edges_are_where_the_laplacian_is_not_0(tmp_path):
    rng = np.random.default_rng(0)
    ids = np.kron(rng.integers(0, 400, (4, 5)), np.ones((6, 7))).astype(np.uint16)
    savemat(tmp_path / 'a.mat', dict(LabelMap=ids))
    found = ContextEdgeReader()(str(tmp_path / 'a.mat'), {})
    around = np.pad(ids.astype(int), 1, mode='reflect')
    laplacian = around[1:-1, :-2] + around[1:-1, 2:] + around[:-2, 1:-1] + around[2:, 1:-1]
    expected = thin(laplacian != 4 * ids.astype(int))
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.float32
    assert 0.05 < found.mean() < 0.3


def test_what_is_no_map_is_refused(tmp_path):
    savemat(tmp_path / 'a.mat', dict(LabelMap=np.ones((3, 4), complex)))
    message = r'a\.mat: expected a LabelMap of numbers .* found complex128 of shape \(3, 4\)'
    with pytest.raises(ValueError, match=message):
        ContextEdgeReader()(str(tmp_path / 'a.mat'), {})


@pytest.mark.parametrize('value', [-1, 0.5, 70000, float('nan')])
def test_ids_are_whole_numbers_of_16_bits(tmp_path, value):
    savemat(tmp_path / 'a.mat', dict(LabelMap=np.full((3, 4), value)))
    with pytest.raises(ValueError, match=r'a\.mat: expected a LabelMap of ids from 0 to 65535'):
        ContextEdgeReader()(str(tmp_path / 'a.mat'), {})
