"""The files of a data set's samples, by the names that they share."""

from __future__ import annotations

import os.path as osp
from collections.abc import Container, Iterable, Sequence

from mmengine import fileio

from mmmtl.some_of import some_of

Suffixes = str | Sequence[str]
"""End of the names of files, or the ends that they may have."""


def list_files(folder: str, suffix: Suffixes, backend_args: dict | None = None) -> dict[str, str]:
    """Finds the files of a folder, and of those below it, that end in a suffix.

    Args:
        folder: The folder.
        suffix: End of the files' names, or several; ``.JPG`` is taken for ``.jpg``.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        The files' paths below the folder, by the part before the suffix.

    Raises:
        ValueError: If two files differ only in their suffix.
    """
    found: dict[str, str] = {}
    files = fileio.list_dir_or_file(
        folder, list_dir=False, recursive=True, backend_args=backend_args
    )
    for file in files:
        name = without_suffix(file, suffix)
        if name is None:
            continue
        if name in found:
            raise ValueError(
                f'{folder}: expected one file for each name, found {found[name]} and {file}.'
            )
        found[name] = file
    return found


def find_file(folder: str, name: str, suffix: str, backend_args: dict | None = None) -> str:
    """Gives the path of one file, whose suffix may be written in capitals.

    Args:
        folder: The folder.
        name: Name without the suffix.
        suffix: End of the file's name; ``.JPG`` is taken for ``.jpg``.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        The path, that with the given suffix if there is neither.
    """
    given, capital = (osp.join(folder, name + end) for end in (suffix, suffix.upper()))
    is_capital = not fileio.isfile(given, backend_args) and fileio.isfile(capital, backend_args)
    return capital if is_capital else given


def without_suffix(file: str, suffix: Suffixes) -> str | None:
    """Gives the name that an image and its labels share.

    Args:
        file: Path of a file.
        suffix: End of the files' names, or several, of which the longest counts.

    Returns:
        The path without its end; None if it has another one.
    """
    ends = (suffix,) if isinstance(suffix, str) else suffix
    for end in sorted(ends, key=len, reverse=True):
        if file.lower().endswith(end.lower()):
            return file[: len(file) - len(end)]
    return None


def suffix_text(suffix: Suffixes) -> str:
    """Says a suffix, or several, in a word for messages.

    Args:
        suffix: End of the files' names, or several.

    Returns:
        The suffix; ``{.jpg,.png}`` of two.
    """
    return suffix if isinstance(suffix, str) else f'{{{",".join(suffix)}}}'


def read_names(path: str, backend_args: dict | None = None) -> list[str]:
    """Reads a list of names.

    Args:
        path: UTF-8 text with one name a line; a byte order mark, spaces around names and empty
            lines are left out.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        The names.

    Raises:
        ValueError: If it is no such text.
    """
    try:
        text = fileio.get_text(path, encoding='utf-8-sig', backend_args=backend_args)
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected a list of names in UTF-8 ({error}).') from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def listed_names(title: str, ann_file: str, backend_args: dict | None = None) -> list[str] | None:
    """Reads the names of a split.

    Args:
        title: What the error begins with.
        ann_file: File with a name a line, see :func:`read_names`; empty for all files.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        The names; None for all files.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no such text.
    """
    if not ann_file:
        return None
    if not fileio.isfile(ann_file, backend_args=backend_args):
        raise FileNotFoundError(f'{title}: ann_file {ann_file} does not exist.')
    return read_names(ann_file, backend_args)


def check_files(
    title: str, folder: str, suffix: Suffixes, names: Iterable[str], found: Container[str]
) -> None:
    """Checks that there is a file for each name.

    Args:
        title: What the error begins with.
        folder: The folder.
        suffix: End of the files' names, or several.
        names: The names.
        found: Names of the files that there are.

    Raises:
        FileNotFoundError: If one is missing.
    """
    missing = [osp.join(folder, name + suffix_text(suffix)) for name in names if name not in found]
    if missing:
        raise FileNotFoundError(f'{title}: {len(missing)} missing file(s): {some_of(missing)}.')
