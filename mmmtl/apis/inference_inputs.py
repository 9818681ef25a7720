"""What may be given to an inferencer, as a sequence of images."""

from __future__ import annotations

import dataclasses
import itertools
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from mmmtl.apis.input_share import InputShare
from mmmtl.apis.input_sources import (
    NO_PATHS,
    FolderSources,
    Frame,
    Input,
    Source,
    find_sources,
    is_folder,
    stem_of,
)
from mmmtl.apis.video_reader import Clip, Webcam, is_video
from mmmtl.evaluation.prediction_names import PredictionNames


class InputImages:
    """The images of one or several inputs, read one after the other.

    Args:
        inputs: An image: a path, an address that mmengine's file backends read, an array as OpenCV
            gives it (uint8, (H, W, 3), channels blue, green, red), or an image of Pillow. A video
            file, or a :class:`~mmmtl.apis.video_reader.Webcam`. A folder, whose images and videos
            are taken, those of its sub-folders included, in the order of their names; other files
            are left out. Or a list of these.

        share: Which of the files are taken, where several processes share them. Defaults to all.
        whole_videos: Whether a video that ends before its header says so has an error for its last
            frame, in place of a warning. Defaults to False.

    A file that is missing or broken is an error only when its image is loaded. Folders are listed
    anew for each pass, so that a million files take no memory.

    Raises:
        ValueError: If a folder that is given alone, or a list, is empty, or an input is of another
            kind, such as a tensor.
    """

    def __init__(
        self,
        inputs: Input | Sequence[Input],
        share: InputShare | None = None,
        whole_videos: bool = False,
    ) -> None:
        self._share = share
        self._whole_videos = whole_videos
        self._is_left_out: Callable[[str], bool] | None = None
        self.left_out = 0
        """Images that the last pass left out."""
        if isinstance(inputs, Input):
            self.is_single = _is_image(inputs)
            """Whether it is one image, which is not given in a list."""
            self.is_endless = isinstance(inputs, Webcam)
            """Whether a webcam is among them."""
            self._inputs = [find_sources(inputs)]
        else:
            inputs = _checked_list(inputs)
            if not inputs:
                raise ValueError('inputs: expected images, found an empty list.')
            self.is_single = False
            self.is_endless = any(isinstance(one, Webcam) for one in inputs)
            self._inputs = _name_list(inputs)

    def __len__(self) -> int:
        """Number of images; for a video what its header says, which may be an estimate.

        Raises:
            ValueError: If they are endless.
        """
        if self.is_endless:
            raise ValueError('inputs: the images of a webcam never end.')
        leaves_out = self._is_left_out
        return sum(
            source.length or 0
            for source in self._own_sources()
            if leaves_out is None or source.video is not None or not leaves_out(source.name)
        )

    @property
    def video(self) -> Clip | Webcam | None:
        """The video, if it is one alone; else None."""
        if self.is_single or len(self._inputs) != 1 or not isinstance(self._inputs[0], list):
            return None
        (source,) = self._inputs[0]
        return source.video

    def __iter__(self) -> Iterator[Frame]:
        """Gives the images. What cannot be read gives a frame whose ``load()`` raises."""
        self.left_out = 0
        for source in self._own_sources():
            for frame in source.frames(self._whole_videos):
                if self._is_left_out is not None and self._is_left_out(frame.name):
                    self.left_out += 1
                else:
                    yield frame

    def leave_out(self, condition: Callable[[str], bool]) -> None:
        """Leaves out images from now on, such as those that were predicted before.

        Args:
            condition: Tells by its name whether an image is left out.
        """
        self._is_left_out = condition

    def _all_sources(self) -> Iterator[Source]:
        return itertools.chain.from_iterable(self._inputs)

    def _own_sources(self) -> Iterator[Source]:
        share = self._share
        return (s for s in self._all_sources() if share is None or share.takes(s.name))

    def check_names(self, folder: str | Path) -> None:
        """Checks that each image has files of its own, before any is written.

        Where the folder of the files is inside an input folder, its content is no longer an input.

        Args:
            folder: Folder of the files.

        Raises:
            ValueError: If two images have the same name; it names both. If the folder is one of the
                inputs.
        """
        for inputs in self._inputs:
            if isinstance(inputs, (FolderSources, _Below)):
                inputs.leave_out(folder)
        repeated = _repeated(self._all_files(folder))
        names = PredictionNames()
        for path, source in self._all_files(folder) if repeated else ():
            if _number_of(path) in repeated:
                names.take(path, source.identity)

    def _all_files(self, folder: str | Path) -> Iterator[tuple[Path, Source]]:
        for source in self._all_sources():
            if not isinstance(source.content, Exception):
                yield Path(folder, f'{source.name}.*'), source


def _repeated(files: Iterable[tuple[Path, Source]]) -> set[int]:
    """Gives the numbers of the files that come more than once; keeps eight bytes of each."""
    numbers = np.sort(np.fromiter((_number_of(path) for path, _ in files), np.int64))
    return set(numbers[1:][numbers[1:] == numbers[:-1]].tolist())


def _number_of(path: Path) -> int:
    """Gives files that may be the same one, as capital letters are, the same number."""
    return hash(str(path).casefold())


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
    if isinstance(given, NO_PATHS):
        return not isinstance(given, Webcam)
    path = os.fspath(given)
    return not is_video(path) and not is_folder(path)


def _name_list(inputs: Sequence[Input]) -> list[Iterable[Source]]:
    """Names files by where they are below the folder that all have in common."""
    paths = [os.fspath(given) for given in inputs if not isinstance(given, NO_PATHS)]
    local = [os.path.abspath(path) for path in paths if '://' not in path]
    common = os.path.commonpath([os.path.dirname(path) for path in local]) if local else ''
    found: list[Iterable[Source]] = []
    for index, given in enumerate(inputs):
        if isinstance(given, Webcam):
            found.append(find_sources(given))
            continue
        if isinstance(given, NO_PATHS):
            found.append([Source(f'image_{index:06d}', f'inputs[{index}]', given)])
            continue
        path = os.fspath(given)
        try:
            sources = find_sources(path)
        except (OSError, ValueError) as error:
            found.append([Source(stem_of(path), path, error)])
            continue
        if '://' not in path:
            parent = os.path.relpath(os.path.dirname(os.path.abspath(path)), common)
            folder = os.path.basename(path) if is_folder(path) else ''
            sources = _Below(posixpath.join(Path(parent).as_posix(), folder), sources)
        found.append(sources)
    return found


class _Below:
    """Sources with names that begin with a folder."""

    def __init__(self, folder: str, sources: Iterable[Source]) -> None:
        self._folder = folder
        self._sources = sources

    def leave_out(self, folder: str | Path) -> None:
        if isinstance(self._sources, FolderSources):
            self._sources.leave_out(folder)

    def __iter__(self) -> Iterator[Source]:
        for source in self._sources:
            name = posixpath.normpath(posixpath.join(self._folder, source.name))
            yield dataclasses.replace(source, name=name)
