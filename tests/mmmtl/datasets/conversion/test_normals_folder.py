import numpy as np
import pytest

from mmmtl.datasets.conversion import NormalsFolder
from tests.utils.nyuv2_files import random_normals


def test_other_axes_are_flipped(tmp_path):
    normals = random_normals(1, (4, 5))
    np.save(tmp_path / '0.npy', normals[0] * [1, -1, -1])
    turned = NormalsFolder(tmp_path, 1, flip='yz').read(0, (4, 5))
    assert turned == pytest.approx(normals[0])
    with pytest.raises(ValueError, match='0.npy: most normals point away from the camera'):
        NormalsFolder(tmp_path, 1).read(0, (4, 5))
    with pytest.raises(ValueError, match=r'0.npy: expected .* its image, \(5, 4\), found \(4, 5\)'):
        NormalsFolder(tmp_path, 1, flip='z').read(0, (5, 4))
    with pytest.raises(ValueError, match="flip: expected some of the letters .* found 'xw'"):
        NormalsFolder(tmp_path, 1, flip='xw')


def test_folders_that_do_not_fit_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match='nowhere: no such folder'):
        NormalsFolder(tmp_path / 'nowhere', 3)
    for names, found in (
        ([], 'none'),
        (['1', '2'], '2 from 1 to 2'),
        (['0', '2', '3'], '3 from 0 to 3'),
        (['2', '3', '4'], '3 from 2 to 4'),
    ):
        folder = tmp_path / f'names{"".join(names)}'
        folder.mkdir()
        (folder / 'readme.txt').touch()
        for name in names:
            (folder / f'{name}.npy').touch()
        with pytest.raises(ValueError, match=rf'{folder}: expected 3 files .* found {found}'):
            NormalsFolder(folder, 3)


@pytest.mark.parametrize('names', [['0', '1'], ['1', '2'], ['0001', '0002'], ['000', '1']])
def test_files_are_counted_from_0_or_from_1_with_or_without_zeros(tmp_path, names):
    normals = random_normals(2, (4, 5))
    for name, array in zip(names, normals, strict=True):
        np.save(tmp_path / f'{name}.npy', 3 * array)
    (tmp_path / '7.txt').touch()
    folder = NormalsFolder(tmp_path, 2)
    for index in (1, 0):
        assert folder.read(index, (4, 5)) == pytest.approx(normals[index], abs=1e-6)
