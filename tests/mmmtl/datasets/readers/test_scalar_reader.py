import numpy as np
import pytest

from mmmtl.datasets.readers import ScalarReader


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
