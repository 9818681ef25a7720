import numpy as np
import pytest

from mmmtl.datasets.readers import BoundaryReader


@pytest.mark.parametrize('suffix', ['npy', 'png'])
def test_both_sides_of_a_boundary_are_on_it(stored, suffix):
    ids = np.array([[1, 1, 1, 2], [1, 1, 1, 2], [1, 1, 1, 1]], np.uint8)
    edges = BoundaryReader()(stored(ids, suffix), {})
    assert edges.dtype == np.float32
    assert edges.tolist() == [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]]


def test_no_boundary_runs_along_the_image_s_frame(stored):
    assert BoundaryReader()(stored(np.full((3, 3), 7)), {}).tolist() == [[0] * 3] * 3
    assert BoundaryReader()(stored(np.array([[7]])), {}).tolist() == [[0]]


def test_ids_must_be_whole_numbers_of_one_channel(stored):
    for values in ([[0.5, 1]], [[np.nan, 1]]):
        with pytest.raises(ValueError, match=r'label.npy: .* as ids, found fractions or NaN\.$'):
            BoundaryReader()(stored(np.array(values)), {})
    assert BoundaryReader()(stored(np.array([[1.0, 2.0]])), {}).tolist() == [[1, 1]]
    with pytest.raises(ValueError, match=r'ids of shape \(H, W\), found shape \(2, 2, 3\)'):
        BoundaryReader()(stored(np.zeros((2, 2, 3), np.uint8), 'png'), {})
