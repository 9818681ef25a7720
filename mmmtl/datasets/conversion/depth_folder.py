from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mmmtl.datasets.conversion.intrinsics import Intrinsics
from mmmtl.datasets.conversion.normals_from_depth import normals_from_depth
from mmmtl.datasets.readers import ScalarReader
from mmmtl.files import atomic_file

_SUFFIXES = ('.png', '.npy')


def read_camera_matrix(path: str | Path) -> Intrinsics:
    """Reads the camera matrix of a text file.

    Args:
        path: File with three lines of three numbers: ``fx 0 cx``, ``0 fy cy``, ``0 0 1``.

    Returns:
        The camera.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds something else.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such file, expected a camera matrix.')
    text = path.read_text(errors='replace')
    try:
        matrix = np.array([[float(word) for word in line.split()] for line in text.splitlines()])
    except ValueError:  # words that are no numbers, lines of different lengths
        matrix = np.zeros(0)
    if (
        matrix.shape != (3, 3)
        or not (matrix[0, 0] > 0 and matrix[1, 1] > 0)
        or (matrix[[0, 1, 2, 2, 2], [1, 0, 0, 1, 2]] != (0, 0, 0, 0, 1)).any()
    ):
        raise ValueError(
            f'{path}: expected a camera matrix, the lines "fx 0 cx", "0 fy cy" and "0 0 1", found '
            f'{text[:60]!r}.'
        )
    return Intrinsics(matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2])


class DepthFolder:
    """The depth maps of one camera in a folder, of which normals can be made.

    Args:
        folder: Folder with ``.png`` or ``.npy`` files of shape (H, W), at any level; z-depth in
            any unit of length, on which normals do not depend.
        camera: The camera, for images of the size of the depth maps.
        invalid: Stored number of a pixel without a depth, beside 0, or NaN. Defaults to 0.

    Raises:
        FileNotFoundError: If there is no such folder, or no file in it.
    """

    def __init__(self, folder: str | Path, camera: Intrinsics, invalid: float = 0.0) -> None:
        self.folder = Path(folder)
        self.camera = camera
        self.paths = sorted(
            path for path in self.folder.rglob('*') if path.suffix.lower() in _SUFFIXES
        )
        if not self.paths:
            raise FileNotFoundError(
                f'{self.folder}: expected a folder with depth maps, .png or .npy, found none.'
            )
        self._read = ScalarReader(invalid_values=invalid)

    def write_normals(self, out: str | Path) -> Iterator[Path]:
        """Writes the normals of each depth map, with its name and ``.npy`` at its end.

        A file that is already there is kept.

        Args:
            out: Folder of the normals, which gets the folder's sub-folders.

        Yields:
            The file of each depth map, once it is there: float16 of shape (H, W, 3), unit vectors
            that face the camera (x right, y down, z forward), zero where there is none.

        Raises:
            ValueError: If a file holds no such map, or the camera is one for another size.
        """
        for path in self.paths:
            file = Path(out) / path.relative_to(self.folder).with_suffix('.npy')
            if not file.exists():
                normals = self._normals(path)
                with atomic_file(file) as stream:
                    np.save(stream, normals.astype(np.float16))
            yield file

    def _normals(self, path: Path) -> np.ndarray:
        depth = self._read(str(path), {})
        height, width = depth.shape
        if not (0 <= self.camera.cx < width and 0 <= self.camera.cy < height):
            raise ValueError(
                f'{path}: expected a camera of its size, {height}x{width}, found one whose '
                f'principal point is in column {self.camera.cx:g} and row {self.camera.cy:g}.'
            )
        return normals_from_depth(depth, self.camera)
