"""Clips and webcams, one image after the other."""

from __future__ import annotations

import itertools
import os
import statistics
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from mmengine import fileio

VIDEO_SUFFIXES = ('.avi', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.webm')
"""Ends of the names of videos, in any case."""

DEFAULT_RATE = 25.0
"""Images per second of a video that does not tell."""

_TIMED = 64
"""Images of a webcam of which the times are kept."""

os.environ.setdefault('OPENCV_FFMPEG_LOGLEVEL', '-8')  # what is broken is said in a line of ours


def is_video(path: str) -> bool:
    """Tells by its name whether a file is a video.

    Args:
        path: The file.

    Returns:
        Whether it is.
    """
    return path.lower().endswith(VIDEO_SUFFIXES)


def is_unicode(path: str) -> bool:
    """Tells whether OpenCV can be given a path: names of files may be any bytes.

    Args:
        path: The file, as :func:`os.fsdecode` names it.

    Returns:
        Whether it can.
    """
    return not any('\ud800' <= character <= '\udfff' for character in path)


class Clip:
    """A video file.

    Args:
        path: The file, or an address of it; it need not be there.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    @property
    def length(self) -> int:
        """int: Number of images as its header says; 0 if nothing can be read."""
        return max(0, int(self._stated(cv2.CAP_PROP_FRAME_COUNT)))

    @property
    def rate(self) -> float:
        """float: Images per second; :data:`DEFAULT_RATE` if its header does not tell."""
        stated = self._stated(cv2.CAP_PROP_FPS)
        return stated if 0 < stated < np.inf else DEFAULT_RATE

    def images(self) -> Iterator[np.ndarray]:
        """Gives the images that can be read: uint8 of shape (H, W, 3), blue, green, red."""
        with fileio.get_local_path(self.path) as local, _capture(str(local)) as capture:
            while (image := _next(capture)) is not None:
                yield image

    def _stated(self, what: int) -> float:
        with fileio.get_local_path(self.path) as local, _capture(str(local)) as capture:
            return float(capture.get(what))


class Webcam:
    """A camera that is connected to the machine. Its images never end.

    Args:
        index: Its number, from 0.
    """

    def __init__(self, index: int) -> None:
        self.index = index
        self._times: deque[float] = deque(maxlen=_TIMED)

    @property
    def rate(self) -> float:
        """float: Images per second that were taken until now, which are as many as were used.

        It is the median; :data:`DEFAULT_RATE` before the second image.
        """
        times = list(self._times)
        gaps = [after - before for before, after in itertools.pairwise(times)]
        between = statistics.median(gaps) if gaps else 0.0
        return 1 / between if between > 0 else DEFAULT_RATE

    def images(self) -> Iterator[np.ndarray]:
        """Gives the images as they come: uint8 of shape (H, W, 3), blue, green, red."""
        with _capture(self.index) as capture:
            while (image := _next(capture)) is not None:
                self._times.append(time.monotonic())
                yield image


@contextmanager
def quiet_opencv() -> Iterator[None]:
    """Keeps OpenCV's own lines about what it cannot open from the terminal."""
    level = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)


@contextmanager
def _capture(source: str | int) -> Iterator[cv2.VideoCapture]:
    # OpenCV ends the process for a name that is no Unicode.
    known = is_unicode(source) if isinstance(source, str) else source < 2**31
    if isinstance(source, str):
        source = os.path.abspath(source)  # 12:30.mp4 alone would be an address
    with quiet_opencv():
        capture = cv2.VideoCapture(source) if known else cv2.VideoCapture()
    try:
        yield capture
    finally:
        capture.release()


def _next(capture: cv2.VideoCapture) -> np.ndarray | None:
    read, image = capture.read()
    return image if read else None
