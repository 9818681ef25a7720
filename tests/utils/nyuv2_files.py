"""Small files in the form of NYUv2's official ones."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy.io import savemat


class Images(NamedTuple):
    """What the file holds, as (N, H, W, ...) arrays."""

    images: np.ndarray
    depths: np.ndarray
    labels: np.ndarray


def random_images(count: int, size: tuple[int, int], seed: int = 0) -> Images:
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[0], : size[1]]
    nearest, down, right = rng.uniform(0.5, 1.5, (3, count, 1, 1))
    depths = nearest + down * rows / size[0] + right * columns / size[1]
    depths[rng.random(depths.shape) < 0.05] = 0
    return Images(
        rng.integers(0, 256, (count, *size, 3), dtype=np.uint8),
        depths.astype(np.float32),
        rng.integers(0, 895, (count, *size), dtype=np.uint16),
    )


def write_mat(path: Path, content: Images) -> Path:
    """Writes the arrays as MATLAB 7.3 does: behind a block of text, axes reversed."""
    h5py = pytest.importorskip('h5py')
    with h5py.File(path, 'w', userblock_size=512) as file:
        file['images'] = content.images.transpose(0, 3, 2, 1)
        file['depths'] = content.depths.transpose(0, 2, 1)
        file['labels'] = content.labels.transpose(0, 2, 1)
    with path.open('r+b') as stream:
        stream.write(b'MATLAB 7.3 MAT-file')
    return path


def write_splits(path: Path, train: list[int], test: list[int]) -> Path:
    """Writes image numbers, which count from 1."""
    columns = (np.array(numbers, np.uint16).reshape(-1, 1) for numbers in (train, test))
    savemat(path, dict(zip(('trainNdxs', 'testNdxs'), columns, strict=True)))
    return path


def random_normals(count: int, size: tuple[int, int], seed: int = 0) -> np.ndarray:
    """Draws normals towards the camera, float32 (N, H, W, 3), invalid in a corner."""
    rng = np.random.default_rng(seed)
    normals = rng.normal(size=(count, *size, 3))
    normals[..., 2] = -np.abs(normals[..., 2])
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    normals[:, :3, :3] = 0
    return normals.astype(np.float32)
