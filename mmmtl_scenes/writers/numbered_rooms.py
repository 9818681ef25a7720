"""Writes rooms as folders of files that are numbered over both splits."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mmmtl.files import write_atomically
from mmmtl.output_folder import prepare_output_folder
from mmmtl_scenes.writers.nyuv2 import RoomSample, RoomSet
from mmmtl_scenes.writers.scene_sets import check_integers, write_missing_samples


@dataclass(frozen=True)
class RoomLayout:
    """Which files a set of rooms has.

    Args:
        record: Name of the file that tells what made a set.
        version: What it says beside the parameters of the rooms.
        lists: Folder of the lists of names, ``train.txt`` and ``val.txt``.
        folders: Folders of the samples' files.
        suffixes: Gives the end of a file's name in each folder, by the number of the sample.
        encode: Gives the contents of these files, by the sample and its number; it must be
            importable.
    """

    record: str
    version: dict[str, int]
    lists: str
    folders: tuple[str, ...]
    suffixes: Callable[[int], tuple[str, ...]]
    encode: Callable[[RoomSet, RoomSample, int], tuple[bytes, ...]]


def write_numbered_rooms(
    out: str | os.PathLike[str],
    rooms: RoomSet | None,
    layout: RoomLayout,
    workers: int | None = None,
    progress: bool = True,
) -> int:
    """Renders a set of rooms, or what is missing of it.

    Samples of which all files exist are not rendered again, so an interrupted run can be repeated.
    The files of a sample do not depend on the number of workers or on their order.

    Args:
        out: Folder of the set; it is created.
        rooms: What to render; the default set if ``None``.
        layout: Which files a sample has. Names count from 0001.
        workers: Processes at most; all cores if ``None``.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were rendered.

    Raises:
        ValueError: If ``workers`` is out of range, or if the folder holds a set that was made with
            other parameters, or something that was not made here.
    """
    rooms = rooms or RoomSet()
    if workers is not None:
        check_integers(workers=(workers, 1))
    root = Path(out)
    prepare_output_folder(
        root, layout.record, layout.version | rooms.record(), 'rooms', layout.folders
    )
    samples = ((sample, _files(layout, rooms, sample)) for sample in rooms.samples())
    write = partial(_render_and_write, root, layout, rooms)
    count = write_missing_samples(root, samples, write, workers, 'Rendering rooms', progress)
    for split in ('train', 'val'):
        names = [_number(rooms, one) for one in rooms.samples() if one.split == split]
        write_atomically(
            root / layout.lists / f'{split}.txt', ''.join(f'{number:04}\n' for number in names)
        )
    return count


def _number(rooms: RoomSet, sample: RoomSample) -> int:
    before = 0 if sample.split == 'train' else rooms.train
    return before + sample.index + 1


def _files(layout: RoomLayout, rooms: RoomSet, sample: RoomSample) -> tuple[Path, ...]:
    number = _number(rooms, sample)
    ends = zip(layout.folders, layout.suffixes(number), strict=True)
    return tuple(Path(folder, f'{number:04}{suffix}') for folder, suffix in ends)


def _render_and_write(root: Path, layout: RoomLayout, rooms: RoomSet, sample: RoomSample) -> None:
    """Renders one sample and writes its files."""
    contents = layout.encode(rooms, sample, _number(rooms, sample))
    for file, content in zip(_files(layout, rooms, sample), contents, strict=True):
        write_atomically(root / file, content)
