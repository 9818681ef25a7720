from __future__ import annotations

from pathlib import Path

import numpy as np

from mmmtl.apis.point_cloud import PointCloud
from mmmtl.files import atomic_file


def write_ply(path: str | Path, cloud: PointCloud) -> None:
    """Writes points as a PLY file, binary and little endian, which most viewers of points read.

    Its vertices have ``x``, ``y``, ``z`` and, as far as they are known, ``nx``, ``ny``, ``nz`` as
    float32, and ``red``, ``green``, ``blue`` as uint8 (Turk, "The PLY Polygon File Format", 1994,
    http://paulbourke.net/dataformats/ply/).

    Args:
        path: The file; it is either complete or not there.
        cloud: The points.
    """
    columns = {
        ('x', 'y', 'z'): cloud.points,
        ('nx', 'ny', 'nz'): cloud.normals,
        ('red', 'green', 'blue'): cloud.colors,
    }
    known = {names: values for names, values in columns.items() if values is not None}
    kinds = {'f': ('<f4', 'float'), 'u': ('u1', 'uchar')}
    fields = [
        (name, *kinds[values.dtype.kind]) for names, values in known.items() for name in names
    ]
    vertices = np.empty(len(cloud.points), [(name, kind) for name, kind, _ in fields])
    for names, values in known.items():
        for index, name in enumerate(names):
            vertices[name] = values[:, index]
    header = [
        'ply',
        'format binary_little_endian 1.0',
        'comment metres in camera axes: x right, y down, z forward',
        f'element vertex {len(vertices)}',
        *(f'property {word} {name}' for name, _, word in fields),
        'end_header',
    ]
    with atomic_file(path) as stream:
        stream.write(('\n'.join(header) + '\n').encode('ascii'))
        stream.write(vertices.tobytes())
