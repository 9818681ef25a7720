from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from mmmtl.datasets.readers import NormalReader

_SUFFIXES = ('.npy', '.png')
_AXES = 'xyz'


class NormalsFolder:
    """A folder of surface normals, one file for each image of a data set.

    The files are ``.npy`` or ``.png``, encoded as :class:`~mmmtl.datasets.readers.NormalReader`
    reads them: components as floats, or as colours of 8 or 16 bit. Their names are the number of
    the image, with or without leading zeros, which counts from 0 or from 1: that is seen from the
    names, as there has to be a file for every image.

    Args:
        folder: The folder.
        count: Number of images in the data set.
        flip: Components whose sign is reversed after reading, such as ``'yz'`` for normals with y
            up and z towards the camera. Defaults to none.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If ``flip`` names anything but x, y and z, or the files are not numbered
            from 0 to ``count - 1`` or from 1 to ``count``.
    """

    def __init__(self, folder: str | Path, count: int, flip: str = '') -> None:
        if not set(flip) <= set(_AXES) or len(set(flip)) != len(flip):
            raise ValueError(f'flip: expected some of the letters x, y and z, found {flip!r}.')
        self.folder = Path(folder)
        self._signs = np.array([-1 if axis in flip else 1 for axis in _AXES], np.float32)
        self._paths = self._find_files(count)
        self._read = NormalReader()

    def read(self, index: int, size: tuple[int, int]) -> np.ndarray:
        """Reads the normals of one image.

        Args:
            index: Index of the image, from 0.
            size: Height and width of the image.

        Returns:
            Unit vectors, float32 of shape (H, W, 3), zero where invalid.

        Raises:
            ValueError: If the file is broken, of another size, or most of its normals point away
                from the camera.
        """
        path = self._paths[index]
        normals = self._read(str(path), {}) * self._signs
        if normals.shape[:2] != size:
            raise ValueError(
                f'{path}: expected the size of its image, {size}, found {normals.shape[:2]}.'
            )
        depthwise = normals[..., 2]
        if np.count_nonzero(depthwise > 0) > np.count_nonzero(depthwise < 0):
            raise ValueError(
                f'{path}: most normals point away from the camera, expected x right, y down, z '
                'forward and normals towards the camera; flip the axes that differ.'
            )
        return normals

    def _find_files(self, count: int) -> list[Path]:
        if not self.folder.is_dir():
            raise FileNotFoundError(f'{self.folder}: no such folder, expected one of normals.')
        paths = {
            int(path.stem): path
            for path in sorted(self.folder.iterdir())
            if path.suffix in _SUFFIXES and re.fullmatch(r'[0-9]+', path.stem)
        }
        for first in (0, 1):
            if set(paths) == set(range(first, first + count)):
                return [paths[number] for number in sorted(paths)]
        found = f'{len(paths)} from {min(paths)} to {max(paths)}' if paths else 'none'
        raise ValueError(
            f'{self.folder}: expected {count} files <number>.npy or <number>.png, numbered from 0 '
            f'to {count - 1} or from 1 to {count}, found {found}.'
        )
