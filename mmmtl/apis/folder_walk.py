from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from mmengine import fileio


def walk_folder(root: str) -> Iterator[tuple[str, Exception | None]]:
    """Lists the files of a folder and of those below it.

    Args:
        root: The folder, as mmengine's file backends read it. Names that begin with a dot are left
            out.

    Yields:
        The path of a file below the folder, and None, where it may be a link that leads to no file;
        or that of a folder that cannot be read or is a link to one that it lies in, and the error.

    Raises:
        OSError: If the folder itself cannot be read.
    """
    yield from _walk(root, '', frozenset())


def _walk(root: str, inside: str, above: frozenset[str]) -> Iterator[tuple[str, Exception | None]]:
    folder = fileio.join_path(root, inside) if inside else root
    real = os.path.realpath(folder)
    if real in above:
        yield inside, ValueError(f'{folder}: a link to a folder that it lies in.')
        return
    try:
        files, folders = _entries(folder)
    except OSError as error:
        if not inside:
            raise
        yield inside, error
        return
    for file in files:
        yield posixpath.join(inside, file), None
    for name in folders:
        yield from _walk(root, posixpath.join(inside, name), above | {real})


def _entries(folder: str) -> tuple[list[str], list[str]]:
    """Lists files and folders. mmengine passes over links without a file, and raises for loops."""
    if not isinstance(fileio.get_file_backend(folder), fileio.LocalBackend):
        files = fileio.list_dir_or_file(folder, list_dir=False)
        return list(files), list(fileio.list_dir_or_file(folder, list_file=False))
    names = [name for name in os.listdir(folder) if not name.startswith('.')]
    paths = {name: os.path.join(folder, name) for name in names}
    folders = [name for name in names if os.path.isdir(paths[name])]
    files = [name for name in names if os.path.isfile(paths[name]) or os.path.islink(paths[name])]
    return [name for name in files if name not in folders], folders
