from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from rich.progress import track

from mmmtl.datasets.converted_maps import ConvertedMaps
from mmmtl.datasets.io import read_image
from mmmtl.datasets.pascal_context import (
    CONVERTED,
    LABEL_MAPS,
    PARTS,
    PascalContextMultiTaskDataset,
)
from mmmtl.datasets.readers.context_edge_reader import context_edge_maps, context_label_maps
from mmmtl.datasets.readers.person_parts_reader import person_parts_maps
from mmmtl.datasets.sample_files import find_file, read_names
from mmmtl.files import remove_unfinished
from mmmtl.worker_pool import worker_pool

_SOURCES = (
    (PARTS, person_parts_maps),
    (LABEL_MAPS, context_label_maps),
    (LABEL_MAPS, context_edge_maps),
)
_LOOKED_AT = 8
_BLOCK = 4096
_ABANDONED = 3600.0
"""Seconds after which nobody is taken to be still writing an incomplete file."""


class PascalConversion:
    """Computes the parts, label maps and edges of ``PASCAL_MT`` once, as PNG files that are fast.

    ::

        converted/parts/<id>.png         the number of the part among the 24, 8 bits
        converted/label_maps/<id>.png    LabelMap, 16 bits
        converted/edges/<id>.png         0 and 1

    :class:`~mmmtl.datasets.PascalContextMultiTaskDataset` reads those that were made of the very
    files that it would read, see :class:`~mmmtl.datasets.converted_maps.ConvertedMaps`. Files that
    are there and right are kept; several processes may convert at the same time.

    Args:
        root: The folder ``PASCAL_MT``.

    Raises:
        FileNotFoundError: If a list of names is missing.
        ValueError: If there is no name.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self.out = self.root / CONVERTED
        files = [
            self.root / PascalContextMultiTaskDataset.split_file.format(split=split)
            for split in ('train', 'val')
        ]
        for file in files:
            if not file.is_file():
                raise FileNotFoundError(f'{file}: no such file, expected a list of names.')
        self.names = list(dict.fromkeys(name for file in files for name in read_names(str(file))))
        if not self.names:
            raise ValueError(f'{files[0]}: expected names of images, found none.')

    def disk_size(self) -> int:
        """Estimates what the files take on the disk, from a few images.

        Returns:
            Bytes, in whole blocks; 0 if none of the images can be converted.
        """
        step = -(-len(self.names) // _LOOKED_AT)
        sizes = [size for name in self.names[::step] for size in self._sizes(name)]
        kinds = len(_SOURCES) * len(self.names)
        return round(kinds * sum(sizes) / len(sizes)) if sizes else 0

    def run(self, workers: int, progress: bool = True) -> list[str]:
        """Converts what is not converted.

        Args:
            workers: Number of processes, at least 1, which is this one.
            progress: Whether to show a progress bar. Defaults to True.

        Returns:
            A line for each file that cannot be converted, which names it; no file is made of it.

        Raises:
            concurrent.futures.process.BrokenProcessPool: If a process was killed.
            OSError: If the system refuses.
            ValueError: If ``workers`` is less than 1.
        """
        if workers < 1:
            raise ValueError(f'workers: expected at least 1, found {workers}.')
        remove_unfinished(self.out, seconds=_ABANDONED)
        done = track(
            self._convert(workers), 'Converting', total=len(self.names), disable=not progress
        )
        return list(dict.fromkeys(line for lines in done for line in lines))

    def _convert(self, workers: int) -> Iterator[list[str]]:
        work = partial(convert_image, self.root)
        if workers == 1:
            yield from map(work, self.names)
            return
        with worker_pool(workers) as pool:
            yield from pool.map(work, self.names, chunksize=4)

    def _sizes(self, name: str) -> Iterable[int]:
        for path, maps in sources(self.root, name):
            try:
                encoded = maps.encode(path, _image_size(self.root, name))
                yield -(-len(encoded) // _BLOCK) * _BLOCK
            except (FileNotFoundError, ValueError):
                continue  # said when it is converted


def convert_image(root: Path, name: str) -> list[str]:
    """Converts the files of one image.

    Args:
        root: The folder ``PASCAL_MT``.
        name: Name of the image.

    Returns:
        A line for each file that is missing or broken.

    Raises:
        OSError: If the system refuses.
    """
    try:
        size = _image_size(root, name)
    except (FileNotFoundError, ValueError) as error:
        return [str(error)]
    wrong = []
    for path, maps in sources(root, name):
        try:
            maps.write(path, size)
        except (FileNotFoundError, ValueError) as error:
            wrong.append(str(error))
    return wrong


def sources(root: Path, name: str) -> Sequence[tuple[str, ConvertedMaps]]:
    """Gives the slow files of an image, each with the maps that are made of it.

    Args:
        root: The folder ``PASCAL_MT``.
        name: Name of the image.

    Returns:
        Paths and maps.
    """
    converted = str(root / CONVERTED)
    return [
        (find_file(str(root / folder), name, '.mat'), maps(converted)) for folder, maps in _SOURCES
    ]


def _image_size(root: Path, name: str) -> tuple[int, int]:
    data = PascalContextMultiTaskDataset
    image = read_image(find_file(str(root / data.image_folder), name, data.image_suffix))
    return image.shape[:2]
