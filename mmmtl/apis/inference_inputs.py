"""What may be given to an inferencer, as a sequence of images."""

from __future__ import annotations

import logging
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import cv2
import numpy as np
import torch
from mmengine import fileio
from mmengine.logging import print_log
from PIL import Image

from mmmtl.apis.folder_walk import walk_folder
from mmmtl.datasets.io import read_image
from mmmtl.datasets.pictures import convert_image
from mmmtl.evaluation.prediction_names import PredictionNames

IMAGE_SUFFIXES = (
    *('.avif', '.bmp', '.gif', '.j2k', '.jfif', '.jp2', '.jpeg', '.jpg', '.npy', '.npz', '.pbm'),
    *('.pgm', '.png', '.pnm', '.ppm', '.tga', '.tif', '.tiff', '.webp'),
)
"""Ends of the names of the images that are looked for in a folder, in any case."""

VIDEO_SUFFIXES = ('.avi', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.webm')
"""Ends of the names of videos, in any case."""

Input = str | os.PathLike | np.ndarray | Image.Image

_IN_MEMORY = (np.ndarray, Image.Image)


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


class InputImages:
    """The images of one or several inputs, read one after the other.

    Args:
        inputs: An image: a path, an address that mmengine's file backends read, an array as OpenCV
            gives it (uint8, (H, W, 3), channels blue, green, red), or an image of Pillow. A video
            file. A folder, whose images and videos are taken, those of its sub-folders included, in
            the order of their names; other files are left out. Or a list of these.

    A file that is missing or broken is an error only when its image is loaded.

    Raises:
        ValueError: If a folder that is given alone, or a list, is empty, or an input is of another
            kind, such as a tensor.
    """

    def __init__(self, inputs: Input | Sequence[Input]) -> None:
        if isinstance(inputs, Input):
            self.is_single = _is_image(inputs)
            """Whether it is one image, which is not given in a list."""
            sources = _expand(inputs)
        else:
            inputs = _checked_list(inputs)
            if not inputs:
                raise ValueError('inputs: expected images, found an empty list.')
            self.is_single = False
            sources = _name_list(inputs)
        self._sources = sources

    def __len__(self) -> int:
        """Number of images; for a video what its header says, which may be an estimate."""
        return sum(source.length for source in self._sources)

    def __iter__(self) -> Iterator[Frame]:
        """Gives the images. What cannot be read gives a frame whose ``load()`` raises."""
        for source in self._sources:
            yield from source.frames()

    def check_names(self, folder: str | Path) -> None:
        """Checks that each image has files of its own, before any is written.

        Args:
            folder: Folder of the files.

        Raises:
            ValueError: If two images have the same name; it names both.
        """
        names = PredictionNames()
        for source in self._sources:
            if not isinstance(source.content, Exception):
                names.take(Path(folder, f'{source.name}.*'), source.identity)


@dataclass(frozen=True)
class _Source:
    """An image or video file, an image in memory, or an input of which nothing can be read."""

    name: str
    origin: str
    content: str | np.ndarray | Image.Image | Exception

    @property
    def identity(self) -> str:
        """The same for the same file, however its path is written."""
        path = self.content
        return os.path.abspath(path) if isinstance(path, str) and '://' not in path else self.origin

    @property
    def length(self) -> int:
        path = self.content
        if not isinstance(path, str) or not _is_video(path) or not os.path.isfile(path):
            return 1
        return max(1, _stated_length(cv2.VideoCapture(path)))

    def frames(self) -> Iterator[Frame]:
        if isinstance(self.content, Exception):
            yield Frame(self.name, self.origin, partial(_fail, self.content))
        elif isinstance(self.content, np.ndarray):
            yield Frame(self.name, self.origin, partial(_checked_image, self.content, self.origin))
        elif isinstance(self.content, Image.Image):
            yield Frame(self.name, self.origin, partial(_converted, self.content, self.origin))
        elif _is_video(self.content):
            yield from _video_frames(self.name, self.content)
        else:
            yield Frame(self.name, self.origin, partial(read_image, self.content))


def _checked_list(inputs: Iterable[Input]) -> list[Input]:
    kinds = 'a path, an array (uint8, (H, W, 3), blue, green, red) or an image of Pillow'
    if isinstance(inputs, (bytes, Mapping, torch.Tensor)) or not isinstance(inputs, Iterable):
        raise ValueError(f'inputs: expected {kinds}, or a list of these, found {_kind(inputs)}.')
    given = list(inputs)
    for index, one in enumerate(given):
        if not isinstance(one, Input):
            raise ValueError(f'inputs[{index}]: expected {kinds}, found {_kind(one)}.')
    return given


def _kind(given: object) -> str:
    return f'a {type(given).__module__}.{type(given).__name__}'


def _is_image(given: Input) -> bool:
    if isinstance(given, _IN_MEMORY):
        return True
    path = os.fspath(given)
    return not _is_video(path) and not _is_folder(path)


def _name_list(inputs: Sequence[Input]) -> list[_Source]:
    """Names files by where they are below the folder that all have in common."""
    paths = [os.fspath(given) for given in inputs if not isinstance(given, _IN_MEMORY)]
    local = [os.path.abspath(path) for path in paths if '://' not in path]
    common = os.path.commonpath([os.path.dirname(path) for path in local]) if local else ''
    sources = []
    for index, given in enumerate(inputs):
        if isinstance(given, _IN_MEMORY):
            sources.append(_Source(f'image_{index:06d}', f'inputs[{index}]', given))
            continue
        path = os.fspath(given)
        try:
            expanded = _expand(path)
        except (OSError, ValueError) as error:
            sources.append(_Source(_stem(path), path, error))
            continue
        if '://' not in path:
            parent = os.path.relpath(os.path.dirname(os.path.abspath(path)), common)
            parent = posixpath.join(parent, os.path.basename(path) if _is_folder(path) else '')
            expanded = [
                _Source(
                    posixpath.normpath(posixpath.join(Path(parent).as_posix(), source.name)),
                    source.origin,
                    source.content,
                )
                for source in expanded
            ]
        sources.extend(expanded)
    return sources


def _expand(given: Input) -> list[_Source]:
    """Lists the files of one input; names are below the folder, if it is one."""
    if isinstance(given, _IN_MEMORY):
        origin = 'the array' if isinstance(given, np.ndarray) else 'the image'
        return [_Source('image', origin, given)]
    path = os.fspath(given)
    if not _is_folder(path):
        return [_Source(_stem(path), path, path)]
    found = {
        file: error
        for file, error in walk_folder(path)
        if error is not None or file.lower().endswith(IMAGE_SUFFIXES + VIDEO_SUFFIXES)
    }
    if not found:
        raise ValueError(f'{path}: expected images or videos in the folder, found none.')
    paths = {file: fileio.join_path(path, file) for file in found}
    return [
        _Source(_without_suffix(Path(file).as_posix()), paths[file], found[file] or paths[file])
        for file in sorted(found)
    ]


def _video_frames(name: str, path: str) -> Iterator[Frame]:
    index = 0
    with _open_video(path) as capture:
        while True:
            read, image = capture.read()
            if not read:
                break
            yield Frame(f'{name}/{index:06d}', f'{path}, frame {index}', partial(_same, image))
            index += 1
        stated = _stated_length(capture)
    if index == 0:
        error = ValueError(f'{path}: missing, not a video that OpenCV can read, or without frames.')
        yield Frame(name, path, partial(_fail, error))
    elif index < stated:
        print_log(
            f'{path}: {index} frames could be read, its header says {stated}.',
            logger='current',
            level=logging.WARNING,
        )


@contextmanager
def _open_video(path: str) -> Iterator[cv2.VideoCapture]:
    with fileio.get_local_path(path) as local:
        capture = cv2.VideoCapture(str(local))
        try:
            yield capture
        finally:
            capture.release()


def _stated_length(capture: cv2.VideoCapture) -> int:
    return int(capture.get(cv2.CAP_PROP_FRAME_COUNT))


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


def _is_video(path: str) -> bool:
    return path.lower().endswith(VIDEO_SUFFIXES)


def _is_folder(path: str) -> bool:
    try:
        backend = fileio.get_file_backend(path)
    except KeyError as error:
        raise ValueError(
            f'{path}: expected a path, or an address that a file backend of mmengine reads, such '
            f'as https://, found {error.args[0]}://.'
        ) from error
    return hasattr(backend, 'isdir') and backend.isdir(path)  # not every backend has folders


def _stem(path: str) -> str:
    """Gives the name of a file or address without folders."""
    path = urlsplit(path).path if '://' in path else Path(path).as_posix()
    return _without_suffix(posixpath.basename(path.rstrip('/'))) or 'image'


def _without_suffix(file: str) -> str:
    """Videos keep their suffix: the folder of their frames cannot be that of other files then."""
    return file if _is_video(file) else posixpath.splitext(file)[0]
