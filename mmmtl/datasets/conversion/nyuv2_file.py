from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mmmtl.datasets.conversion.intrinsics import Intrinsics
from mmmtl.datasets.nyuv2_labels import RAW_IDS
from mmmtl.datasets.pixel_limit import check_pixels

if TYPE_CHECKING:
    import h5py

OFFICIAL_SIZE: tuple[int, int] = (480, 640)
"""Height and width of the images of NYUv2."""

_OFFICIAL_CAMERA = Intrinsics(518.8579, 519.4696, 325.5824 - 1, 253.7362 - 1)
_MATLAB_5 = b'MATLAB 5.0'
_DTYPES = {'images': 'uint8', 'depths': 'float32', 'labels': 'uint16'}


class NYUv2Sample(NamedTuple):
    """What the official file holds of an image.

    Args:
        image: RGB, uint8 of shape (H, W, 3).
        depth: z-depth in metres, float32 of shape (H, W), 0 where invalid.
        raw_ids: Raw label ids, uint16 of shape (H, W), 0 where not labelled.
    """

    image: np.ndarray
    depth: np.ndarray
    raw_ids: np.ndarray


class NYUv2File:
    """The official file of NYUv2, ``nyu_depth_v2_labeled.mat``, read one image at a time.

    It is a MATLAB 7.3 file, that is HDF5, whose arrays are stored with their axes reversed:
    ``images`` (N, 3, W, H) uint8, ``depths`` (N, W, H) float32 in metres with the sensor's gaps
    filled in, and ``labels`` (N, W, H) uint16. Images of another size than the official 640x480 are
    read as well.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: If there is no such file.
        ImportError: If h5py is missing.
        ValueError: If the file is truncated or no such file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._file = _open(self.path)
        try:
            count, width, height = self._check()
        except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
            self.close()
            if str(error).startswith(f'{self.path}: '):
                raise
            raise ValueError(f'{self.path}: truncated or broken HDF5 file ({error}).') from error
        self.count: int = count
        self.size: tuple[int, int] = (height, width)

    def __enter__(self) -> NYUv2File:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def read(self, index: int) -> NYUv2Sample:
        """Reads one image with its labels.

        Args:
            index: Index of the image, from 0 to ``count`` - 1.

        Returns:
            The image and its labels.

        Raises:
            ValueError: If the file is broken there, or holds NaN, infinity or a negative number as
                depth, or a label id that does not exist.
        """
        where = f'{self.path}: image {index + 1} of {self.count}'
        try:
            image, depth, raw_ids = (
                np.ascontiguousarray(self._file[name][index].T) for name in _DTYPES
            )
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            raise ValueError(f'{where}: truncated or broken ({error}).') from error
        if not np.isfinite(depth).all():
            raise ValueError(f'{where}: expected finite depths, found NaN or infinity.')
        if depth.min() < 0:
            raise ValueError(f'{where}: expected depths >= 0 (0 is invalid), found {depth.min()}.')
        if raw_ids.max() > RAW_IDS:
            raise ValueError(
                f'{where}: expected label ids from 0 to {RAW_IDS}, found {raw_ids.max()}.'
            )
        return NYUv2Sample(image, depth, raw_ids)

    def _check(self) -> tuple[int, int, int]:
        """Checks the arrays, and gives their (N, W, H)."""
        import h5py

        for name in _DTYPES:
            self._require_inside(name)
        missing = [name for name in _DTYPES if not isinstance(self._file.get(name), h5py.Dataset)]
        if missing:
            raise ValueError(
                f'{self.path}: expected the arrays {", ".join(_DTYPES)} of NYUv2, '
                f'found no {", ".join(missing)}.'
            )
        images, depths, labels = (self._file[name] for name in _DTYPES)
        for name, dtype in _DTYPES.items():
            if self._file[name].dtype != dtype:
                raise ValueError(
                    f'{self.path}: {name}: expected {dtype}, found {self._file[name].dtype}.'
                )
        if images.ndim != 4 or images.shape[1] != 3 or images.size == 0:
            raise ValueError(
                f'{self.path}: images: expected shape (N, 3, W, H), found {images.shape}.'
            )
        check_pixels(images.shape[2:], str(self.path))
        expected = (images.shape[0], *images.shape[2:])
        for name, array in (('depths', depths), ('labels', labels)):
            if array.shape != expected:
                raise ValueError(
                    f'{self.path}: {name}: expected shape {expected} as of the images, '
                    f'found {array.shape}.'
                )
        return expected

    def _require_inside(self, name: str) -> None:
        """Refuses an array whose numbers HDF5 would take from another file that this one names."""
        import h5py

        link = self._file.get(name, getlink=True)
        elsewhere = link is not None and not isinstance(link, h5py.HardLink)
        if not elsewhere and isinstance(found := self._file.get(name), h5py.Dataset):
            elsewhere = bool(found.external or found.is_virtual)
        if elsewhere:
            raise ValueError(
                f'{self.path}: {name}: expected numbers in the file itself, found a reference to '
                'another place.'
            )


def nyuv2_camera(size: tuple[int, int]) -> Intrinsics:
    """Gives the camera of the images: the Kinect's colour camera, which its depth is projected to.

    Its parameters are those of the NYU Depth toolbox (``camera_params.m``), whose pixels count from
    1 (``rgb_plane2rgb_world.m``): here the principal point is one pixel less.

    Args:
        size: Height and width of the images: 480x640, or any multiple of 3x4, then taken to be
            images of the whole view that were resized.

    Returns:
        The camera.

    Raises:
        ValueError: If the size has another ratio of the sides.
    """
    height, width = size
    if height * OFFICIAL_SIZE[1] != width * OFFICIAL_SIZE[0]:
        raise ValueError(
            f'size: expected images of 480x640 or of the same ratio, found {height}x{width}, '
            'whose camera is not known.'
        )
    return _OFFICIAL_CAMERA.scaled(height / OFFICIAL_SIZE[0])


def _open(path: Path) -> h5py.File:
    try:
        import h5py
    except ImportError as error:
        raise ImportError(f'{path}: to read it takes h5py (pip install h5py).') from error
    if not path.exists():
        raise FileNotFoundError(f'{path}: no such file, expected nyu_depth_v2_labeled.mat.')
    if path.is_dir():
        raise ValueError(f'{path}: expected a file, found a folder.')
    if not h5py.is_hdf5(path):
        with path.open('rb') as stream:
            old = stream.read(len(_MATLAB_5)) == _MATLAB_5
        raise ValueError(
            f'{path}: expected an HDF5 file (MATLAB 7.3), found '
            + ('a MATLAB 5 file.' if old else 'something else; an incomplete download?')
        )
    try:
        return h5py.File(path, 'r')
    except OSError as error:
        raise ValueError(f'{path}: truncated or broken HDF5 file ({error}).') from error
