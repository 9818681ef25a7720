from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np

from mmmtl.apis.video_reader import Clip, is_unicode, quiet_opencv
from mmmtl.files import unfinished_file

CODECS = {'.avi': 'MJPG', '.m4v': 'mp4v', '.mkv': 'mp4v', '.mov': 'mp4v', '.mp4': 'mp4v'}
"""Codec, as OpenCV names it, by the end of a video's name: those that its usual wheels have."""

_LONGEST_SIDE = 65535
"""Pixels; beyond, Motion JPEG keeps a part of the image and says nothing."""

_LARGEST_TERM = 65535
"""Of the fraction that images per second are in MPEG-4."""


def codec_of(path: str | Path) -> str:
    """Tells the codec of a video that is to be written.

    Args:
        path: The file.

    Returns:
        OpenCV's name of the codec.

    Raises:
        ValueError: If the name ends in none of :data:`CODECS`.
    """
    suffix = Path(path).suffix
    if suffix.lower() not in CODECS:
        raise ValueError(
            f'{path}: expected a video that ends with one of {", ".join(CODECS)}, found {suffix!r}.'
        )
    return CODECS[suffix.lower()]


class VideoFile:
    """A video that is written, and has its name only once it is complete.

    It is a context: if the block raises, or no image was written, nothing is left behind.

    Args:
        path: The file, whose end is one of :data:`CODECS`; one that exists is replaced.
        rate: Images per second.

    Raises:
        ValueError: If the end of the name is another.
    """

    def __init__(self, path: str | Path, rate: float) -> None:
        self.path = Path(path)
        self.rate = rate
        self.count = 0
        """Number of images that were written."""
        self._codec = codec_of(path)
        self._stack = ExitStack()
        self._writer: cv2.VideoWriter | None = None
        self._shape = (0, 0, 3)

    def __enter__(self) -> VideoFile:
        """Makes the folder."""
        self._unfinished = self._stack.enter_context(unfinished_file(self.path, keeps_suffix=True))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Completes the file and gives it its name, unless the block raised."""
        if self._writer is not None:
            with quiet_opencv():
                self._writer.release()
        if error is None:
            try:
                self._check()
            except OSError as failure:
                self._stack.__exit__(type(failure), failure, None)
                raise
        self._stack.__exit__(kind, error, trace)

    def write(self, picture: np.ndarray) -> None:
        """Writes an image; a column or row is added if its width or height is odd.

        Args:
            picture: RGB, uint8 of shape (H, W, 3), of the same size as the first one.

        Raises:
            OSError: If OpenCV has no such codec, or cannot write the file.
            ValueError: If it has another size.
        """
        if self._writer is None:
            self._shape = picture.shape
            self._writer = self._open(picture.shape)
        if picture.shape != self._shape:
            raise ValueError(
                f'{self.path}: expected images of shape {self._shape}, found {picture.shape}.'
            )
        height, width = picture.shape[:2]
        even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode='edge')
        with quiet_opencv():
            self._writer.write(np.ascontiguousarray(even[..., ::-1]))
        self.count += 1

    def _open(self, shape: tuple[int, ...]) -> cv2.VideoWriter:
        height, width = (side + side % 2 for side in shape[:2])
        if not is_unicode(str(self.path)):
            raise OSError(f'{self.path!r}: expected a name in Unicode for a video.')
        self._unfinished.touch()  # the system says what is wrong with a place, OpenCV does not
        path = os.path.abspath(self._unfinished)  # .12:30.mp4 alone would be an address
        with quiet_opencv():
            writer = cv2.VideoWriter(
                path, cv2.VideoWriter.fourcc(*self._codec), _rounded(self.rate), (width, height)
            )
        if max(width, height) > _LONGEST_SIDE or not writer.isOpened():
            writer.release()
            raise OSError(
                f'{self.path}: OpenCV cannot write {width}x{height} pixels with the codec '
                f'{self._codec} at {self.rate:g} images per second.'
            )
        return writer

    def _check(self) -> None:
        """OpenCV says nothing when a disk is full."""
        found = Clip(str(self._unfinished)).length if self._unfinished.is_file() else 0
        is_full = shutil.disk_usage(self.path.parent).free == 0  # a header may say what is lacking
        if self.count == 0 or found < self.count or is_full:
            raise OSError(
                f'{self.path}: {self.count} images were written, its header tells of {found}; '
                + ('the disk is full.' if is_full else 'is there room on the disk?')
            )


def _rounded(rate: float) -> float:
    """Rounds to as many decimals as MPEG-4 can have; OpenCV tries three and gives up."""
    decimals = 3
    while decimals and rate * 10**decimals > _LARGEST_TERM:
        decimals -= 1
    return round(rate, decimals)
