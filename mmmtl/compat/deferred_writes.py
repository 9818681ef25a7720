"""Writes of mmengine's local storage that are not made at once.

mmengine makes a checkpoint, turns it into bytes and writes them, all in one call. Inside of
:func:`deferred_writes` the last part is left to the caller, who may do it in another thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_DEFERRED: ContextVar[list[Callable[[], None]] | None] = ContextVar('deferred', default=None)


@contextmanager
def deferred_writes() -> Iterator[list[Callable[[], None]]]:
    """Collects what this thread writes to mmengine's local storage, and writes nothing.

    Yields:
        The writes so far, in their order; each is made by calling it.
    """
    writes: list[Callable[[], None]] = []
    token = _DEFERRED.set(writes)
    try:
        yield writes
    finally:
        _DEFERRED.reset(token)


def defer(write: Callable[[], None]) -> bool:
    """Takes note of a write, if writes are collected.

    Args:
        write: Makes it; holds a copy of what is to be written.

    Returns:
        Whether it was taken note of; else it is to be made now.
    """
    writes = _DEFERRED.get()
    if writes is None:
        return False
    writes.append(write)
    return True
