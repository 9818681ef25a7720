import builtins

import numpy as np
import pytest
from scipy.io import savemat

from mmmtl.datasets.conversion import NYUv2File, nyuv2_camera
from tests.utils.nyuv2_files import random_images, write_mat

h5py = pytest.importorskip('h5py')

CONTENT = random_images(3, (12, 16))


@pytest.fixture
def mat(tmp_path):
    return write_mat(tmp_path / 'nyu.mat', CONTENT)


def rewrite(mat, name, array):
    with h5py.File(mat, 'r+') as file:
        del file[name]
        if array is not None:
            file[name] = array


def test_images_come_upright(mat):
    with NYUv2File(mat) as file:
        assert (file.count, file.size) == (3, (12, 16))
        for index in range(3):
            sample = file.read(index)
            assert np.array_equal(sample.image, CONTENT.images[index])
            assert np.array_equal(sample.depth, CONTENT.depths[index])
            assert np.array_equal(sample.raw_ids, CONTENT.labels[index])
            assert [array.dtype for array in sample] == ['uint8', 'float32', 'uint16']


@pytest.mark.parametrize(
    ('name', 'array', 'reason'),
    [
        ('depths', None, r'expected the arrays images, depths, labels .* found no depths'),
        ('images', np.zeros((3, 3, 16, 12), 'f4'), 'images: expected uint8, found float32'),
        ('labels', np.zeros((3, 16, 12), 'u1'), 'labels: expected uint16, found uint8'),
        ('depths', np.zeros((3, 16, 12), 'f8'), 'depths: expected float32, found float64'),
        ('images', np.zeros((3, 16, 12), 'u1'), r'images: expected shape \(N, 3, W, H\), found'),
        ('images', np.zeros((3, 12, 16, 3), 'u1'), r'images: expected shape \(N, 3, W, H\)'),
        ('images', np.zeros((0, 3, 16, 12), 'u1'), r'images: expected shape \(N, 3, W, H\)'),
        ('depths', np.zeros((2, 16, 12), 'f4'), r'depths: expected shape \(3, 16, 12\).*\(2, 16'),
        ('labels', np.zeros((3, 12, 16), 'u2'), r'labels: expected shape \(3, 16, 12\).*\(3, 12'),
    ],
)
def test_wrong_arrays_are_named(mat, name, array, reason):
    rewrite(mat, name, array)
    with pytest.raises(ValueError, match=f'{mat}: {reason}'):
        NYUv2File(mat)


@pytest.mark.parametrize(
    ('name', 'value', 'reason'),
    [
        ('depths', np.nan, 'expected finite depths'),
        ('depths', np.inf, 'expected finite depths'),
        ('depths', -0.5, r'expected depths >= 0 \(0 is invalid\), found -0.5'),
        ('labels', 895, 'expected label ids from 0 to 894, found 895'),
    ],
)
def test_impossible_values_are_named(mat, name, value, reason):
    with h5py.File(mat, 'r+') as file:
        file[name][1, 5, 6] = value
    with NYUv2File(mat) as file:
        file.read(0)
        file.read(2)
        with pytest.raises(ValueError, match=rf'{mat}: image 2 of 3: {reason}'):
            file.read(1)


def test_files_that_are_no_hdf5_are_named(tmp_path, mat):
    savemat(tmp_path / 'old.mat', dict(images=np.zeros(3)))
    (tmp_path / 'text.mat').write_text('no such file on this server')
    (tmp_path / 'empty.mat').write_bytes(b'')
    (tmp_path / 'cut.mat').write_bytes(mat.read_bytes()[:3000])
    (tmp_path / 'folder.mat').mkdir()
    for name, reason in (
        ('old.mat', r'expected an HDF5 file \(MATLAB 7.3\), found a MATLAB 5 file'),
        ('text.mat', 'expected an HDF5 file .* found something else'),
        ('empty.mat', 'expected an HDF5 file .* found something else'),
        ('cut.mat', 'truncated or broken HDF5 file'),
        ('folder.mat', 'expected a file, found a folder'),
    ):
        with pytest.raises(ValueError, match=f'{tmp_path / name}: {reason}'):
            NYUv2File(tmp_path / name)
    with pytest.raises(FileNotFoundError, match='nowhere.mat: no such file'):
        NYUv2File(tmp_path / 'nowhere.mat')


def test_broken_data_is_named(tmp_path):
    path = tmp_path / 'nyu.mat'
    with h5py.File(write_mat(path, CONTENT), 'r+') as file:
        del file['labels']
        labels = CONTENT.labels.transpose(0, 2, 1)
        array = file.create_dataset('labels', data=labels, chunks=(1, 16, 12), compression='gzip')
        start = array.id.get_chunk_info(1).byte_offset
    with path.open('r+b') as stream:
        stream.seek(start + 2)
        stream.write(b'\0' * 40)
    with NYUv2File(path) as file:
        file.read(0)
        with pytest.raises(ValueError, match='nyu.mat: image 2 of 3: truncated or broken'):
            file.read(1)


def test_a_missing_h5py_is_named(mat, monkeypatch):
    real = builtins.__import__

    def without_h5py(name, *args, **kwargs):
        if name == 'h5py':
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, '__import__', without_h5py)
    with pytest.raises(ImportError, match=r'nyu.mat: .*pip install h5py'):
        NYUv2File(mat)


def test_the_camera_is_that_of_the_toolbox():
    camera = nyuv2_camera((480, 640))
    assert (camera.fx, camera.fy) == (518.8579, 519.4696)
    # The toolbox counts pixels from 1.
    assert (camera.cx, camera.cy) == pytest.approx((324.5824, 252.7362))
    x, y = camera.rays((480, 640))
    assert (x[325 - 1], y[253]) == pytest.approx(((325 - 325.5824) / 518.8579, 0.2638 / 519.4696))
    half = nyuv2_camera((240, 320))
    assert (half.fx, half.fy) == pytest.approx((518.8579 / 2, 519.4696 / 2))
    # The first pixel of the half image covers the first two, whose middle is at 0.5.
    assert half.rays((240, 320))[0][0] == pytest.approx((0.5 - camera.cx) / camera.fx)
    assert half.rays((240, 320))[1][-1] == pytest.approx((478.5 - camera.cy) / camera.fy)
    with pytest.raises(ValueError, match='expected images of 480x640 or of the same ratio.*12x17'):
        nyuv2_camera((12, 17))


def _external(file, folder):
    (folder / 'secret').write_bytes(bytes(3 * 16 * 12 * 4))
    file.create_dataset('depths', (3, 16, 12), 'f4', external=[(str(folder / 'secret'), 0, 2304)])


def _virtual(file, folder):
    layout = h5py.VirtualLayout((3, 16, 12), 'f4')
    layout[:] = h5py.VirtualSource(str(folder / 'other.mat'), 'depths', (3, 16, 12))
    file.create_virtual_dataset('depths', layout)


def _external_link(file, folder):
    with h5py.File(folder / 'other.mat', 'w') as other:
        other['depths'] = np.ones((3, 16, 12), 'f4')
    file['depths'] = h5py.ExternalLink(str(folder / 'other.mat'), 'depths')


def _soft_link_to_an_external_one(file, folder):
    _external_link(file, folder)
    file.move('depths', 'elsewhere')
    file['depths'] = h5py.SoftLink('/elsewhere')


@pytest.mark.parametrize(
    'refer', [_external, _virtual, _external_link, _soft_link_to_an_external_one]
)
def test_numbers_of_another_file_are_refused(mat, refer):
    with h5py.File(mat, 'r+') as file:
        del file['depths']
        refer(file, mat.parent)
    with pytest.raises(ValueError, match='depths: expected numbers in the file itself, found a'):
        NYUv2File(mat)


def test_images_of_too_many_pixels(mat, monkeypatch):
    monkeypatch.setenv('MMMTL_MAX_PIXELS', '100')
    with pytest.raises(ValueError, match='16 x 12 pixels are more than the limit of 100'):
        NYUv2File(mat)
