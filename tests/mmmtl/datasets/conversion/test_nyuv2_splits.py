import numpy as np
import pytest
from scipy.io import savemat
from scipy.sparse import csc_matrix

from mmmtl.datasets.conversion import read_nyuv2_splits
from tests.utils.nyuv2_files import random_images, write_mat, write_splits


def test_splits_count_from_zero(tmp_path):
    path = write_splits(tmp_path / 'splits.mat', [5, 2], [1, 6, 3])
    assert read_nyuv2_splits(path, 6) == dict(train=(4, 1), val=(0, 5, 2))


def test_the_official_splits(repository):
    path = repository.parent / 'shared' / 'data' / 'nyuv2' / 'splits.mat'
    if not path.exists():
        pytest.skip(f'no official splits: {path} is not there')
    splits = read_nyuv2_splits(path, 1449)
    assert (len(splits['train']), len(splits['val'])) == (795, 654)
    assert splits['train'][:3] == (2, 3, 4)
    assert splits['val'][:3] == (0, 1, 8)


@pytest.mark.parametrize(
    ('train', 'test', 'reason'),
    [
        ([1, 7], [2], 'trainNdxs: expected image numbers from 1 to 6, found 7'),
        ([1], [0, 2], 'testNdxs: expected image numbers from 1 to 6, found 0'),
        ([1, 2, 1], [3], 'trainNdxs: found 1 more than once'),
        ([1, 2, 3], [3, 2], 'without common images, found 2, 3 in both'),
        ([], [3], 'trainNdxs: expected whole numbers'),
    ],
)
def test_wrong_splits_are_named(tmp_path, train, test, reason):
    path = write_splits(tmp_path / 'splits.mat', train, test)
    with pytest.raises(ValueError, match=f'{path}: .*{reason}'):
        read_nyuv2_splits(path, 6)


def test_files_that_are_no_splits_are_named(tmp_path):
    path = tmp_path / 'splits.mat'
    savemat(path, dict(trainNdxs=[[1]], other=[[2]]))
    with pytest.raises(ValueError, match=r"expected trainNdxs and testNdxs, found \['trainNdxs'"):
        read_nyuv2_splits(path, 6)
    for numbers in ([[1.5]], [[np.inf]], [[np.nan]], 'abc', csc_matrix([[1.0, 2.0]])):
        savemat(path, dict(trainNdxs=numbers, testNdxs=[[3]]))
        with pytest.raises(ValueError, match='trainNdxs: expected whole numbers'):
            read_nyuv2_splits(path, 6)
    whole = write_splits(path, list(range(1, 400)), [500]).read_bytes()
    for end in range(0, len(whole), 50):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=f'{path}: expected'):
            read_nyuv2_splits(path, 600)
    write_mat(path, random_images(2, (4, 6)))
    with pytest.raises(ValueError, match='expected a MATLAB 5 file'):
        read_nyuv2_splits(path, 6)
    with pytest.raises(FileNotFoundError, match='nowhere.mat: no such file'):
        read_nyuv2_splits(tmp_path / 'nowhere.mat', 6)
    with pytest.raises(ValueError, match=f'{tmp_path}: expected a file, found a folder'):
        read_nyuv2_splits(tmp_path, 6)
