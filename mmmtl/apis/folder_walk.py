from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from mmengine import fileio


def walk_folder(root: str) -> Iterator[tuple[str, Exception | None]]:
    """Lists the files of a folder and of those below it, in the order of their paths.

    One folder's names are in memory at a time, and those of the folders above it.

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
    # A folder is where the paths of its files are: '-' and '.' come before '/'.
    for name in sorted([*files, *(f'{folder}/' for folder in folders)]):
        path = posixpath.join(inside, name)
        if name.endswith('/'):
            yield from _walk(root, path[:-1], above | {real})
        else:
            yield path, None


def _entries(folder: str) -> tuple[list[str], list[str]]:
    """Lists files and folders. mmengine passes over links without a file, and raises for loops."""
    if not isinstance(fileio.get_file_backend(folder), fileio.LocalBackend):
        files = fileio.list_dir_or_file(folder, list_dir=False)
        return list(files), list(fileio.list_dir_or_file(folder, list_file=False))
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith('.'):
                continue
            is_link = entry.is_symlink()  # which may lead to nothing, or to itself
            if os.path.isdir(entry.path) if is_link else entry.is_dir():
                folders.append(entry.name)
            elif is_link or entry.is_file():
                files.append(entry.name)
    return files, folders
