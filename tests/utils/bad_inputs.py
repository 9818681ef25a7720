"""A wrong input, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import mmmtl
import mmmtl_bench
import mmmtl_scenes

_OURS = tuple(
    str(Path(package.__file__).parent) + '/' for package in (mmmtl, mmmtl_bench, mmmtl_scenes)
)


class Bad(NamedTuple):
    """A row of a table of wrong inputs."""

    call: Callable[[Path], Any]
    """Does what a user would, in an empty folder."""
    line: str
    """What the message must match."""
    error: type[Exception] = ValueError


def check_refused(row: Bad, folder: Path) -> None:
    """Checks that an input is refused in one line, by this project and by no other package."""
    with pytest.raises(row.error) as caught:
        row.call(folder)
    message = str(caught.value)
    assert re.search(row.line, message), message
    assert '\n' not in message
    if not getattr(caught.value, 'filename', None):  # the operating system's, which names the file
        assert str(caught.traceback[-1].path).startswith(_OURS), caught.traceback[-1]


def written(folder: Path, name: str, content: bytes) -> str:
    """Writes a file, and gives its path."""
    path = folder / name
    path.write_bytes(content)
    return str(path)


def reading(read: Callable, name: str, content: bytes, *arguments: Any) -> Callable[[Path], Any]:
    """What reads a file of a name and content, with further arguments of the reader."""
    return lambda folder: read(written(folder, name, content), *arguments)
