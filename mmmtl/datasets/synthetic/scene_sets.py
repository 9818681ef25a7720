"""What the writers of synthetic sets share: folders that tell what made them, and processes."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import cv2
from rich.progress import track

from mmmtl.files import write_atomically

Item = TypeVar('Item')
Result = TypeVar('Result')

_WORTH_A_PROCESS = 24


def check_integers(**limits: tuple[object, int]) -> None:
    """Checks parameters that must be integers.

    Args:
        **limits: By the name of the parameter: its value, and the least value that is allowed.

    Raises:
        ValueError: If a value is not an integer, or too small; the message names the parameter.
    """
    for name, (value, least) in limits.items():
        if not isinstance(value, (int, float)) or int(value) != value or value < least:
            raise ValueError(f'{name} must be an integer of at least {least}, found {value!r}.')


def claim_folder(
    root: Path, file: str, record: Mapping[str, object], what: str, foreign: tuple[str, ...]
) -> None:
    """Makes sure that a folder is empty or holds this very set, and records the set in it.

    Args:
        root: The folder; it is made.
        file: Name of the file in it that tells what made the set.
        record: What the file says; anything that JSON can hold.
        what: What the set consists of, for messages, such as ``'street scenes'``.
        foreign: Names of files and folders that a set made here would have. If there is one without
            the record, the folder holds another data set.

    Raises:
        ValueError: If the folder holds a set with another record, another data set, or is none.
    """
    path = root / file
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding='utf-8'))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError(f'{path} is not readable as a record of {what}.')
        different = [
            f'{key} is {found.get(key)!r}, expected {value!r}'
            for key, value in record.items()
            if found.get(key) != value
        ]
        if different:
            raise ValueError(
                f'{root} holds {what} that were made with other parameters: '
                f'{"; ".join(different)}. Choose another folder, or delete that one.'
            )
        return
    if root.exists() and not root.is_dir():
        raise ValueError(f'{root} is not a folder.')
    there = [name for name in foreign if (root / name).exists()]
    if there:
        raise ValueError(
            f'{root} holds {", ".join(there)} but no {file}: it is another data set, such as '
            'the real one. Choose another folder.'
        )
    root.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(record, indent=2) + '\n')


def work_through(
    work: Callable[[Item], Result],
    todo: list[Item],
    workers: int | None,
    title: str,
    progress: bool,
) -> Iterator[Result]:
    """Calls a function for every item, in this process or in several others.

    Args:
        work: The function; it must be importable.
        todo: The items.
        workers: Processes at most, from 1; all cores if ``None``. Few items are worked through in
            this process, because starting another takes longer.
        title: Title of the progress bar.
        progress: Whether to show a progress bar.

    Yields:
        The results, in any order.
    """
    workers = os.cpu_count() or 1 if workers is None else workers
    with _mapped(work, todo, min(workers, len(todo) // _WORTH_A_PROCESS)) as results:
        yield from track(results, title, total=len(todo), disable=not (progress and todo))


@contextmanager
def _mapped(
    work: Callable[[Item], Result], todo: list[Item], workers: int
) -> Iterator[Iterator[Result]]:
    """Runs a function on all items, in this process or in several others."""
    if workers <= 1:
        yield map(work, todo)
        return
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context('forkserver' if 'forkserver' in methods else 'spawn')
    if 'forkserver' in methods:
        context.set_forkserver_preload([__package__])
    with context.Pool(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield pool.imap_unordered(work, todo, chunksize=4)
