"""A lock on a run's folder that its processes inherit.

A benchmark that is killed leaves behind the process that was training at that moment. It holds the
lock until it ends, so that a benchmark that is started again does not train in the same folder.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

LOCK_FILE = '.lock'


class RunLock:
    """The right to work in a run's folder.

    Args:
        descriptor: Descriptor of the locked file. A process that is to hold the lock too must
            inherit it.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, folder: str | Path) -> RunLock | None:
        """Takes the lock.

        Args:
            folder: The run's folder; it must exist.

        Returns:
            The lock, or None if another process has it.
        """
        descriptor = os.open(Path(folder, LOCK_FILE), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def release(self) -> None:
        """Gives up this process' share; the lock is free once all who inherited it have ended."""
        os.close(self.descriptor)
