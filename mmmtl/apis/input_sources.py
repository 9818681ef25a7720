"""Files and arrays that are given to an inferencer, each as one or several images."""

from __future__ import annotations

import logging
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import numpy as np
from mmengine import fileio
from mmengine.logging import print_log
from PIL import Image

from mmmtl.apis.folder_walk import walk_folder
from mmmtl.apis.video_reader import VIDEO_SUFFIXES, Clip, Webcam, is_video
from mmmtl.datasets.io import read_image
from mmmtl.datasets.pictures import convert_image

IMAGE_SUFFIXES = (
    *('.avif', '.bmp', '.gif', '.j2k', '.jfif', '.jp2', '.jpeg', '.jpg', '.npy', '.npz', '.pbm'),
    *('.pgm', '.png', '.pnm', '.ppm', '.tga', '.tif', '.tiff', '.webp'),
)
"""Ends of the names of the images that are looked for in a folder, in any case."""

Input = str | os.PathLike | np.ndarray | Image.Image | Webcam

NO_PATHS = (np.ndarray, Image.Image, Webcam)
"""Inputs that are no path."""


@dataclass(frozen=True)
class Frame:
    """One image to predict for.

    Args:
        name: What its files are called, without a suffix; may have folders, separated by ``/``.
        origin: What errors call it, such as its path.
        load: Gives the image, uint8 of shape (H, W, 3), channels blue, green, red. Raises
            ``ValueError`` or ``OSError`` if it cannot.
    """

    name: str
    origin: str
    load: Callable[[], np.ndarray]


@dataclass(frozen=True)
class Source:
    """An image or video file, an image in memory, a webcam, or an input that cannot be read.

    Args:
        name: What its files are called, without a suffix.
        origin: What errors call it.
        content: Its path, the image, the webcam, or why there is nothing.
    """

    name: str
    origin: str
    content: str | np.ndarray | Image.Image | Webcam | Exception

    @property
    def identity(self) -> str:
        """The same for the same file, however its path is written."""
        path = self.content
        return os.path.abspath(path) if isinstance(path, str) and '://' not in path else self.origin

    @property
    def video(self) -> Clip | Webcam | None:
        """What it is if it has several images, else None."""
        if isinstance(self.content, str):
            return Clip(self.content) if is_video(self.content) else None
        return self.content if isinstance(self.content, Webcam) else None

    @property
    def length(self) -> int | None:
        """Number of images; for a video what its header says, None of a webcam."""
        video = self.video
        if isinstance(video, Webcam):
            return None
        return max(1, video.length) if video and os.path.isfile(video.path) else 1

    def frames(self, whole: bool = False) -> Iterator[Frame]:
        """Gives the images. What cannot be read gives a frame whose ``load()`` raises.

        Args:
            whole: Whether a video that ends before its header says so has such a frame too, in
                place of a warning. Defaults to False.
        """
        video = self.video
        if video is not None:
            yield from self._frames_of(video, whole)
        elif isinstance(self.content, str):
            yield Frame(self.name, self.origin, partial(read_image, self.content))
        elif isinstance(self.content, Exception):
            yield Frame(self.name, self.origin, partial(_fail, self.content))
        elif isinstance(self.content, np.ndarray):
            yield Frame(self.name, self.origin, partial(_checked_image, self.content, self.origin))
        elif isinstance(self.content, Image.Image):
            yield Frame(self.name, self.origin, partial(_converted, self.content, self.origin))

    def _frames_of(self, video: Clip | Webcam, whole: bool) -> Iterator[Frame]:
        count = 0
        for index, image in enumerate(video.images()):
            count = index + 1
            origin = f'{self.origin}, frame {index}'
            yield Frame(f'{self.name}/{index:06d}', origin, partial(_same, image))
        message = None
        if isinstance(video, Webcam):
            message = f'{self.origin}: expected a camera that gives images, found none'
            message += '.' if count == 0 else f' after {count}.'
        elif count == 0:
            message = (
                f'{self.origin}: missing, not a video that OpenCV can read, or without frames.'
            )
        elif count < (stated := video.length):
            message = f'{self.origin}: {count} frames could be read, its header says {stated}.'
            if not whole:
                print_log(message, logger='current', level=logging.WARNING)
                return
        if message is not None:
            yield Frame(self.name, self.origin, partial(_fail, ValueError(message)))


class FolderSources:
    """The images and videos in a folder and those below it, listed anew each time.

    Args:
        path: The folder.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it has none.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._left_out: str | None = None
        if next(iter(self), None) is None:
            raise ValueError(f'{path}: expected images or videos in the folder, found none.')

    def leave_out(self, folder: str | Path) -> None:
        """Leaves out what lies in a folder of predictions, which are not inputs.

        Args:
            folder: The folder; nothing is left out if it is not below this one.

        Raises:
            ValueError: If it is this folder itself.
        """
        if '://' in self.path:
            return
        below = os.path.relpath(os.path.realpath(folder), os.path.realpath(self.path))
        if below == os.curdir:
            raise ValueError(
                f'{folder}: expected another folder for the files than that of the images, as they '
                'would be images too.'
            )
        self._left_out = Path(below, '_').as_posix()[:-1]

    def __iter__(self) -> Iterator[Source]:
        """Gives them in the order of their names, which are below the folder."""
        backend = fileio.get_file_backend(self.path)
        for file, error in walk_folder(self.path):
            if self._left_out is not None and file.startswith(self._left_out):
                continue
            if error is not None or file.lower().endswith(IMAGE_SUFFIXES + VIDEO_SUFFIXES):
                path = backend.join_path(self.path, file)
                yield Source(_without_suffix(file), path, error or path)


def find_sources(given: Input) -> Iterable[Source]:
    """Gives what one input consists of.

    Args:
        given: The input.

    Returns:
        A source, or those of a folder, whose names are below it; they are listed anew each time.

    Raises:
        OSError: If the input is a folder that cannot be read.
        ValueError: If it is an empty one, or an address of an unknown kind.
    """
    if isinstance(given, Webcam):
        return [Source(f'webcam_{given.index}', f'webcam {given.index}', given)]
    if isinstance(given, (np.ndarray, Image.Image)):
        origin = 'the array' if isinstance(given, np.ndarray) else 'the image'
        return [Source('image', origin, given)]
    path = os.fspath(given)
    return FolderSources(path) if is_folder(path) else [Source(stem_of(path), path, path)]


def _checked_image(image: np.ndarray, origin: str) -> np.ndarray:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(
            f'{origin}: expected an image, uint8 of shape (H, W, 3), '
            f'found {image.dtype} of shape {image.shape}.'
        )
    return image


def _converted(image: Image.Image, origin: str) -> np.ndarray:
    return np.ascontiguousarray(convert_image(image, origin)[..., ::-1])


def _same(image: np.ndarray) -> np.ndarray:
    return image


def _fail(error: Exception) -> NoReturn:
    raise error


def is_folder(path: str) -> bool:
    """Tells whether a path or address is that of a folder.

    Args:
        path: The path or address.

    Returns:
        Whether it is.

    Raises:
        ValueError: If it is an address that no file backend reads.
    """
    try:
        backend = fileio.get_file_backend(path)
    except KeyError as error:
        raise ValueError(
            f'{path}: expected a path, or an address that a file backend of mmengine reads, such '
            f'as https://, found {error.args[0]}://.'
        ) from error
    return hasattr(backend, 'isdir') and backend.isdir(path)  # not every backend has folders


def stem_of(path: str) -> str:
    """Gives the name of a file or address without folders and suffix.

    Args:
        path: The path or address.

    Returns:
        The name.
    """
    path = urlsplit(path).path if '://' in path else Path(path).as_posix()
    return _without_suffix(posixpath.basename(path.rstrip('/'))) or 'image'


def _without_suffix(file: str) -> str:
    """Videos keep their suffix: the folder of their frames cannot be that of other files then."""
    return file if is_video(file) else posixpath.splitext(file)[0]
