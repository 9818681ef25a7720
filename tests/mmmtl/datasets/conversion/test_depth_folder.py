import cv2
import numpy as np
import pytest

from mmmtl.datasets.conversion import DepthFolder, Intrinsics, read_camera_matrix
from mmmtl.datasets.readers import NormalReader

CAMERA = Intrinsics(40.0, 40.0, 15.5, 11.5)


def write_wall(path, rise=0.0, size=(24, 32)):
    """16-bit millimetres of a wall 2 m away that comes nearer to the right; a column has none."""
    columns = np.arange(size[1]) - CAMERA.cx
    inverse = (1 + rise * columns / CAMERA.fx) / 2000
    stored = np.broadcast_to(np.rint(1 / inverse), size).astype(np.uint16).copy()
    stored[:, 3] = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), stored)


def test_normals_have_the_names_of_their_depth_maps(tmp_path):
    write_wall(tmp_path / 'depth' / 'train' / 'a.png')
    write_wall(tmp_path / 'depth' / 'val' / 'b.png', rise=0.5)
    folder = DepthFolder(tmp_path / 'depth', CAMERA)
    files = list(folder.write_normals(tmp_path / 'normal'))
    assert files == [tmp_path / 'normal' / 'train' / 'a.npy', tmp_path / 'normal' / 'val' / 'b.npy']

    assert np.load(files[0]).dtype == np.float16
    flat, slanted = (NormalReader()(str(file), {}) for file in files)
    assert not flat[:, 3].any()
    valid = np.arange(32) != 3
    np.testing.assert_allclose(flat[:, valid], np.broadcast_to([0, 0, -1], (24, 31, 3)), atol=1e-2)
    # 1 / z = (z0 + 0.5 x) / z0^2 is the plane with n = (0.5, 0, 1), which faces the camera as -n.
    expected = np.array([-0.5, 0, -1]) / np.hypot(0.5, 1)
    np.testing.assert_allclose(slanted[:, valid], np.broadcast_to(expected, (24, 31, 3)), atol=1e-2)


@pytest.mark.parametrize('marker', [-1, np.nan])
def test_what_is_there_is_kept_and_the_marker_may_be_another_number(tmp_path, marker):
    depth = np.full((24, 32), 1.5, np.float32)
    depth[5, 7] = marker
    source, out = tmp_path / 'depth', tmp_path / 'normal'
    source.mkdir()
    np.save(source / 'a.npy', depth)
    (file,) = DepthFolder(source, CAMERA, invalid=marker).write_normals(out)
    normals = np.load(file)
    assert np.flatnonzero(~normals.any(axis=2)).tolist() == [5 * 32 + 7]
    np.save(file, normals * 0)
    list(DepthFolder(source, CAMERA, invalid=marker).write_normals(out))
    assert not np.load(file).any()


def test_a_folder_without_depth_maps_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match='nowhere: expected a folder with depth maps'):
        DepthFolder(tmp_path / 'nowhere', CAMERA)


def test_a_camera_for_another_size_is_refused(tmp_path):
    write_wall(tmp_path / 'a.png')
    folder = DepthFolder(tmp_path, Intrinsics(500, 500, 320, 240))
    with pytest.raises(
        ValueError, match=r'a\.png: expected a camera of its size, 24x32.*column 320'
    ):
        list(folder.write_normals(tmp_path / 'out'))


def test_a_camera_matrix_is_three_lines_of_three_numbers(tmp_path):
    path = tmp_path / 'K.txt'
    path.write_text('220.2523 0 119.7791\n0 220.2142 75.1974\n0 0 1\n')
    assert read_camera_matrix(path) == Intrinsics(220.2523, 220.2142, 119.7791, 75.1974)


@pytest.mark.parametrize(
    'text',
    ['', '1 2 3\n', 'a 0 1\n0 1 1\n0 0 1\n', '9 0 1\n0 9\n0 0 1\n', '9 0 1\n0 -9 1\n0 0 1\n',
     '9 0 1\n0 9 1\n0 0 2\n', '9 3 1\n0 9 1\n0 0 1\n'],
)  # fmt: skip
def test_what_is_no_camera_matrix_is_refused(tmp_path, text):
    path = tmp_path / 'K.txt'
    path.write_text(text)
    with pytest.raises(ValueError, match=r'K\.txt: expected a camera matrix'):
        read_camera_matrix(path)


def test_a_missing_camera_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'K\.txt: no such file'):
        read_camera_matrix(tmp_path / 'K.txt')
