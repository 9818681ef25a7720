import numpy as np
import pytest
from scipy.io import savemat

from mmmtl.datasets.mat_file import as_list, read_mat
from tests.utils.field_folders import structs


def test_a_variable(tmp_path):
    path = str(tmp_path / 'a.mat')
    savemat(path, dict(x=np.arange(6).reshape(2, 3), y=1))
    np.testing.assert_array_equal(read_mat(path, 'x'), [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize('count', [0, 1, 3])
def test_structs(tmp_path, count):
    path = str(tmp_path / 'a.mat')
    savemat(path, dict(x=structs(['name'], [(f'n{i}',) for i in range(count)])))
    assert [one['name'] for one in as_list(read_mat(path, 'x'))] == [f'n{i}' for i in range(count)]


def test_what_is_not_there(tmp_path):
    path = str(tmp_path / 'a.mat')
    with pytest.raises(FileNotFoundError, match=r'a\.mat: no such file'):
        read_mat(path, 'x')
    savemat(path, dict(y=1))
    with pytest.raises(ValueError, match=r"a\.mat: expected the variable 'x'"):
        read_mat(path, 'x')


@pytest.mark.parametrize('content', [b'', b'hello', b'\x89HDF\r\n\x1a\n' + bytes(200)])
def test_other_files(tmp_path, content):
    path = tmp_path / 'a.mat'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'a\.mat: truncated or broken, expected a MATLAB file'):
        read_mat(str(path), 'x')
