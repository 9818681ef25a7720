"""What the writers of synthetic sets share: checks of their parameters, and processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rich.progress import track

from mmmtl.worker_pool import worker_pool

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
        The results, in the order of the items.

    Raises:
        BrokenProcessPool: If a process was killed.
    """
    workers = os.cpu_count() or 1 if workers is None else workers
    with _mapped(work, todo, min(workers, len(todo) // _WORTH_A_PROCESS)) as results:
        yield from track(results, title, total=len(todo), disable=not (progress and todo))


def write_missing_samples(
    root: Path,
    samples: Iterable[tuple[Item, Iterable[Path]]],
    write: Callable[[Item], None],
    workers: int | None,
    title: str,
    progress: bool,
) -> int:
    """Writes the samples of a set of which a file is missing.

    Args:
        root: Folder of the set.
        samples: Each sample with the paths of its files below the folder.
        write: Writes the files of a sample; it must be importable.
        workers: See :func:`work_through`.
        title: Title of the progress bar.
        progress: Whether to show a progress bar.

    Returns:
        How many samples were written.
    """
    todo = [
        sample for sample, files in samples if not all((root / file).exists() for file in files)
    ]
    return sum(1 for _ in work_through(write, todo, workers, title, progress))


@contextmanager
def _mapped(
    work: Callable[[Item], Result], todo: list[Item], workers: int
) -> Iterator[Iterator[Result]]:
    """Runs a function on all items, in this process or in several others."""
    if workers <= 1:
        yield map(work, todo)
        return
    with worker_pool(workers) as pool:
        yield pool.map(work, todo, chunksize=4)
