"""Files that are either complete or not there."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_UNFINISHED = re.compile(r'\.(?P<name>.+)\.[0-9a-f]{32}\.tmp(\.\w+)?')
"""Names of files that are still being written, as :func:`unfinished_file` gives them."""


def make_folder(path: str | Path) -> None:
    """Makes a folder and those above it, unless it is there.

    Args:
        path: The folder.

    Raises:
        NotADirectoryError: If a file has the name, or a symbolic link that leads to no folder.
        OSError: If the system refuses, as without permission.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTDIR, errno.ELOOP):
            raise
        there = next(part for part in (path, *path.parents) if part.is_symlink() or part.exists())
        found = 'a symbolic link that leads to none' if there.is_symlink() else 'a file'
        raise NotADirectoryError(f'{there}: expected a folder, found {found}.') from error


@contextmanager
def unfinished_file(path: str | Path, keeps_suffix: bool = False) -> Iterator[Path]:
    """Gives the name of a file beside another, which it becomes once it is complete.

    For libraries that write to a path; :func:`atomic_file` gives a stream. Missing folders are
    made.

    Args:
        path: The file; one that exists is replaced.
        keeps_suffix: Whether the name ends as that of the file, for libraries that choose a format
            by it. Defaults to False.

    Yields:
        The path to write to. If the block raises, nothing is left behind.

    Raises:
        OSError: If the system refuses (no space, no permission); it names the file, which the
            system's own error may not.
    """
    path = Path(path)
    make_folder(path.parent)
    suffix = path.suffix if keeps_suffix else ''
    unfinished = path.with_name(f'.{path.name}.{uuid.uuid4().hex}.tmp{suffix}')
    try:
        yield unfinished
        os.replace(unfinished, path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and error.filename in _nameless(unfinished):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def _nameless(unfinished: Path) -> tuple[str | Path | None, ...]:
    return (None, unfinished, str(unfinished))


@contextmanager
def atomic_file(path: str | Path, sync: bool = False) -> Iterator[BinaryIO]:
    """Opens a file for writing that takes its name only once it is complete.

    The content goes into a file beside it, which is renamed at the end: a reader, a killed process
    or another process that writes the same file never leaves or meets half a file. Missing folders
    are made.

    Args:
        path: The file; one that exists is replaced.
        sync: Whether to wait until the content is on the disk before the file is renamed, which
            also guards against a failing machine. Defaults to False.

    Yields:
        A binary stream to write to. If the block raises, nothing is left behind.
    """
    with unfinished_file(path) as unfinished, unfinished.open('xb') as stream:
        yield stream
        if sync:
            stream.flush()
            os.fsync(stream.fileno())


def require_room(path: str | Path, size: int) -> None:
    """Checks that a file has room on its disk, before anything of it is written.

    Args:
        path: The file; what it replaces stays until it is complete, and is no room.
        size: Bytes of its content.

    Raises:
        OSError: If there is less room (ENOSPC); it names the file, what is needed and what is free.
    """
    folder = Path(path).absolute().parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if size > free:
        needed = f'{size / 1e6:,.1f} MB needed, {free / 1e6:,.1f} MB free'
        raise OSError(errno.ENOSPC, f'{os.strerror(errno.ENOSPC)}, {needed}', str(path))


def write_atomically(path: str | Path, content: bytes | str) -> None:
    """Writes a whole file at once, see :func:`atomic_file`.

    Args:
        path: The file; one that exists is replaced.
        content: Its content; text is written as UTF-8.
    """
    with atomic_file(path) as stream:
        stream.write(content.encode('utf-8') if isinstance(content, str) else content)


def remove_unfinished(folder: str | Path, name: str | None = None, seconds: float = 0) -> None:
    """Removes what killed processes left of files that they were writing.

    No other process may be writing there, or none that takes so many seconds for a file.

    Args:
        folder: The folder; it need not exist.
        name: Name of the only file in it to clean up after. Defaults to None: all files, and those
            of the folders below.
        seconds: How long ago a file must have been written to. Defaults to 0: any time.
    """
    before = time.time() - seconds
    pattern = '.*.tmp*' if name else '**/.*.tmp*'
    for path in Path(folder).glob(pattern):
        found = _UNFINISHED.fullmatch(path.name)
        if not found or name not in (None, found['name']):
            continue
        with suppress(FileNotFoundError):  # complete meanwhile
            if not seconds or path.stat().st_mtime < before:
                path.unlink()
