import numpy as np
import pytest

from mmmtl.datasets.arrays import decode_array
from tests.utils.array_files import npz

ONE, TWO = np.array([[1.5]]), np.array([[2]], np.uint16)


def test_the_only_array_or_the_one_that_is_named():
    assert decode_array(npz(depth=ONE), 'a.npz') == 1.5
    assert decode_array(npz(depth=ONE, seg=TWO), 'a.NPZ', 'seg') == 2


@pytest.mark.parametrize(
    ('content', 'path', 'key', 'message'),
    [
        (npz(x=ONE, y=TWO), 'a.npz', None, r"expected one array, or .* key, found .*'x', 'y'"),
        (npz(x=ONE), 'a.npz', 'y', r"a.npz: expected 'y', found the arrays \['x'\]"),
        (npz(), 'a.npz', None, r'expected one array, .*, found the arrays \[\]'),
        (npz(x=ONE)[:40], 'a.npz', None, 'truncated or broken .npz file'),
        (npz(x=np.array('text')), 'a.npz', None, 'an array of numbers in a .npz file'),
        (b'text', 'a.npy', None, 'truncated or broken .npy file'),
        (b'', 'a.npy', 'x', 'expected a .npz file, as key='),
        (
            b"\x93NUMPY\x01\0\x46\0{'descr': '<f8', 'fortran_order': False, 'shape': "
            b'(10000000, 10000000)}\n',
            'a.npy',
            None,
            'truncated or broken .npy file',
        ),
    ],
)
def test_what_is_wrong_is_named(content, path, key, message):
    with pytest.raises(ValueError, match=message):
        decode_array(content, path, key)
