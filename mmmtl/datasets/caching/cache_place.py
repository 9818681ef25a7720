from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from mmmtl.datasets.caching.memory_room import memory_room
from mmmtl.files import require_room

MEMORY = Path('/dev/shm')  # nosec B108
"""Files in this folder are in memory, on Linux."""


def cache_folder(cache: Any) -> Path | None:
    """Reads what a data set is told about its cache.

    Args:
        cache: A folder; True is :data:`MEMORY`, and False or None no cache.

    Returns:
        The folder; None for no cache.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If it is anything else.
    """
    if cache is None or cache is False:
        return None
    if cache is not True and not (isinstance(cache, (str, os.PathLike)) and str(cache)):
        raise ValueError(f'cache: expected True, False or a folder, found {cache!r}.')
    folder = MEMORY if cache is True else Path(cache)
    if not folder.is_dir():
        raise FileNotFoundError(
            f'cache: expected True, for memory, or a folder that is there, found {folder}.'
        )
    return folder


def require_cache_room(path: Path, size: int) -> None:
    """Checks that there is room for the file of a cache.

    Args:
        path: The file.
        size: Its bytes.

    Raises:
        OSError: If there is not (ENOSPC); it names the file, what is needed and what is free.
    """
    require_room(path, size)
    if MEMORY not in path.resolve().parents:
        return
    free = memory_room()
    if size > free:
        needed = f'{size / 1e6:,.1f} MB of memory needed, {free / 1e6:,.1f} MB free'
        raise OSError(errno.ENOSPC, f'{os.strerror(errno.ENOSPC)}, {needed}', str(path))
