"""Files that are either complete or not there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_file(path: str | Path) -> Iterator[BinaryIO]:
    """Opens a file for writing that takes its name only once it is complete.

    The content goes into a file beside it, which is renamed at the end: a reader, or another
    process that writes the same file, never meets half a file. Missing folders are made.

    Args:
        path: The file; one that exists is replaced.

    Yields:
        A binary stream to write to. If the block raises, nothing is left behind.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f'.{path.name}.{uuid.uuid4().hex}.tmp')
    try:
        with unfinished.open('xb') as stream:
            yield stream
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
