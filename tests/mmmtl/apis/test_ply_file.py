import struct

import numpy as np
import pytest

from mmmtl.apis.ply_file import write_ply
from mmmtl.apis.point_cloud import PointCloud

POINTS = np.array([[1, 2, 3], [4, 5, 6.5]], np.float32)
COLORS = np.array([[255, 0, 1], [2, 3, 4]], np.uint8)
NORMALS = np.array([[0, 0, -1], [0, -1, 0]], np.float32)


def read(path):
    header, _, body = path.read_bytes().partition(b'end_header\n')
    return header.decode('ascii').splitlines(), body


def test_the_bytes_of_points_with_all(tmp_path):
    path = tmp_path / 'new' / 'a.ply'
    write_ply(path, PointCloud(POINTS, COLORS, NORMALS))
    header, body = read(path)
    assert header == [
        'ply',
        'format binary_little_endian 1.0',
        'comment metres in camera axes: x right, y down, z forward',
        'element vertex 2',
        *(f'property float {name}' for name in ('x', 'y', 'z', 'nx', 'ny', 'nz')),
        *(f'property uchar {name}' for name in ('red', 'green', 'blue')),
    ]
    assert list(struct.iter_unpack('<6f3B', body)) == [
        (1, 2, 3, 0, 0, -1, 255, 0, 1),
        (4, 5, 6.5, 0, -1, 0, 2, 3, 4),
    ]


@pytest.mark.parametrize(('count', 'size'), [(2, 24), (0, 0)])
def test_points_alone(tmp_path, count, size):
    write_ply(tmp_path / 'a.ply', PointCloud(POINTS[:count]))
    header, body = read(tmp_path / 'a.ply')
    assert header[3:] == [f'element vertex {count}', *(f'property float {n}' for n in 'xyz')]
    assert len(body) == size
