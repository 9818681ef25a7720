from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL
from mmengine.dataset import Compose
from mmengine.logging import print_log

from mmmtl.datasets.caching.cache_place import require_cache_room
from mmmtl.datasets.caching.fingerprint import fingerprint
from mmmtl.datasets.caching.sample_file import SampleFile, remove_unused
from mmmtl.datasets.caching.sample_layout import SampleLayout
from mmmtl.datasets.transforms import (
    LoadMultiTaskAnnotations,
    LoadMultiTaskImage,
    ReduceResolution,
)
from mmmtl.tasks import Task
from mmmtl.version import __version__

_LOADING = (LoadMultiTaskImage, LoadMultiTaskAnnotations, ReduceResolution)
_ROOT = Path(__file__).parents[2]
_CODE = ('datasets/**/*.py', 'tasks/*.py', 'geometry.py')
_BOOT = Path('/proc/sys/kernel/random/boot_id')
_LOOKED_AT = 8
_Facts = tuple[tuple[str, str | int | float | np.generic], ...]
_RUN, _KEPT = 'mmmtl-run', 'mmmtl'


def loading_transforms(transforms: Sequence[Callable]) -> list[Callable]:
    """Finds the transforms at the start of a pipeline whose results are cached.

    Args:
        transforms: The transforms of a pipeline.

    Returns:
        The first ones, ``LoadMultiTaskImage``, ``LoadMultiTaskAnnotations`` and
        ``ReduceResolution``, which draw no random numbers.

    Raises:
        ValueError: If the pipeline does not begin with the first of these.
    """
    kinds = [type(one) for one in transforms]
    if LoadMultiTaskImage not in kinds[:1]:
        found = kinds[0].__name__ if kinds else 'nothing'
        raise ValueError(
            f'cache: expected a pipeline that begins with LoadMultiTaskImage, found {found}.'
        )
    count = next((n for n, kind in enumerate(kinds) if kind not in _LOADING), len(kinds))
    return list(transforms[:count])


class SampleCache:
    """Decoded samples of a data set in one file, for all workers and processes of a machine.

    A sample is what the transforms that load make of its files, before any augmentation: the image
    and the label maps in their own types. It is put into the file when it is read for the first
    time, by whichever process reads it. The name of the file tells of everything that the samples
    depend on: names, sizes and times of the files, the transforms, tasks and readers with their
    code, versions. If any of it changes, a new file is written.

    In :data:`~mmmtl.datasets.caching.cache_place.MEMORY` itself the file is there for as long as a
    process uses it. In another folder it is kept until the machine restarts, as nobody knows what a
    crash has left of a file; one of the same samples that is out of date is removed.

    Args:
        folder: Where the file is.
        is_temporary: Whether the last process that uses the file removes it.
        title: A word for the data set, for the file's name and messages.
        infos: What the data set knows of each sample before its files are read.
        tasks: The tasks of the data set, with their readers.
        transforms: The transforms of its pipeline.

    Raises:
        OSError: If there is no room for all samples (ENOSPC).
        ValueError: If the pipeline does not begin with the transforms that load, a reader does not
            tell what it holds, or the samples are no files of this machine.
    """

    def __init__(
        self,
        folder: Path,
        is_temporary: bool,
        title: str,
        infos: Sequence[Mapping[str, Any]],
        tasks: Mapping[str, Task],
        transforms: Sequence[Callable],
    ) -> None:
        loading = loading_transforms(transforms)
        self._load, self._augment = Compose(loading), Compose(transforms[len(loading) :])
        has_maps = any(type(one) is LoadMultiTaskAnnotations for one in loading)
        self._layout = SampleLayout(tasks.values() if has_maps else ())
        self._rows: dict[_Facts, int] = {}
        for info in infos:
            self._rows.setdefault(_facts(info), len(self._rows))
        path = folder / self._name(is_temporary, title, infos, tasks, loading)
        if not path.exists():
            _remove_old(path, is_temporary)
        self._title = title
        self._warned = False
        self._file = SampleFile(
            path, len(self._rows), lambda: self._row_length(path, infos), is_temporary
        )
        count, length = len(self._rows), self._file.row_length
        self._tell(
            f'{count} samples of {length / 1e6:.3g} MB take {count * length / 1e6:,.4g} MB in '
            f'{path}, {self._file.written()} are there already'
        )

    def __call__(self, info: dict) -> Any:
        """Gives a sample as the pipeline does.

        Args:
            info: What the data set knows of the sample before its files are read.

        Returns:
            What the last transform gives.
        """
        return self._augment(self._loaded(info))

    def _loaded(self, info: dict) -> dict:
        row = self._rows[_facts(info)]
        found = self._file.read(row)
        if found is None:
            sample = self._load(info)
            self._keep(row, sample)
            return sample
        info.update(self._layout.restore(*found))
        info['seg_fields'] = [*info.get('seg_fields', ()), *self._layout.dense_keys]
        return info

    def _keep(self, row: int, sample: Mapping[str, Any]) -> None:
        height, width = self._layout.size(sample)
        if self._layout.length(height, width) <= self._file.row_length:
            self._file.write(row, self._layout.arrays(sample), height, width)
        elif not self._warned:
            self._warned = True
            self._tell(
                f'{sample["img_path"]} is larger than the samples that were looked at: it is read '
                'from its files each time, as are others of its size',
                logging.WARNING,
            )

    def _row_length(self, path: Path, infos: Sequence[Mapping[str, Any]]) -> int:
        """Looks at some samples to tell the room that all of them take."""
        places = np.unique(np.linspace(0, len(infos) - 1, _LOOKED_AT).astype(int))
        sizes = [self._layout.size(self._load(dict(infos[place]))) for place in places]
        length = max(self._layout.length(*size) for size in sizes)
        require_cache_room(path, length * len(self._rows))
        return length

    def _tell(self, text: str, level: int = logging.INFO) -> None:
        print_log(f'Cache of {self._title}: {text}', logger='current', level=level)

    def _name(
        self,
        is_temporary: bool,
        title: str,
        infos: Sequence[Mapping[str, Any]],
        tasks: Mapping[str, Task],
        loading: Sequence[Callable],
    ) -> str:
        files = [_files_of(info) for info in infos]
        facts = str([_facts({**info, **own}) for info, own in zip(infos, files, strict=True)])
        set_of = fingerprint(platform.node(), os.getuid(), loading, tasks, facts)
        stats = [_stat(path) for one in files for path in one.values()]
        code = [path.read_bytes() for form in _CODE for path in sorted(_ROOT.glob(form))]
        versions = (__version__, cv2.__version__, PIL.__version__, np.__version__)
        times = str([(stat.st_size, stat.st_mtime_ns) for stat in stats])
        state = fingerprint(_BOOT.read_text(), versions, code, times)
        return f'{_RUN if is_temporary else _KEPT}-{title}-{set_of}-{state}.samples'


def _facts(info: Mapping[str, Any]) -> _Facts:
    """Gives what tells a sample from others: two may have one image and other labels."""
    return tuple(
        (key, value)
        for key, value in info.items()
        if isinstance(value, (str, int, float, np.generic)) and key != 'sample_idx'
    )


def _files_of(info: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: os.path.abspath(value)
        for key, value in info.items()
        if key.endswith('_path') and isinstance(value, str)
    }


def _stat(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except OSError as error:
        raise ValueError(
            f'cache: expected files of this machine, found {path} ({error.strerror}).'
        ) from error


def _remove_old(path: Path, is_temporary: bool) -> None:
    """Removes what nobody will use again: files of killed runs, or this set's of another state."""
    if is_temporary:
        remove_unused(path.parent, f'{_RUN}-*.samples')
        return
    for old in path.parent.glob(f'{path.stem.rpartition("-")[0]}-*.samples'):
        old.unlink(missing_ok=True)
