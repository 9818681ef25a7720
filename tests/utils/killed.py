"""What a process that is killed while it writes leaves behind."""

from __future__ import annotations

import os
from pathlib import Path

from mmmtl.files import atomic_file


def write_half_and_die(path: Path) -> None:
    """Writes half a file in a process that ends at once, as when it is killed."""
    child = os.fork()
    if child == 0:
        with atomic_file(path) as stream:
            stream.write(b'half')
            stream.flush()
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
