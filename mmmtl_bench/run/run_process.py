"""The processes of one run."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmmtl_bench.run.run_lock import RunLock

_POLL_SECONDS = 0.05


class RunProcess:
    """Commands that are run one after the other, in the background.

    Each command is a process group of its own: what a terminal sends to the benchmark does not
    reach it, and it can be ended with all processes that it started.

    Args:
        commands: The commands; the first that fails is the last.
        log: File to which their output is appended.
        lock: Lock on the run's folder, which they inherit; it is released at the end.
        variables: Environment variables for them, beside those of this process.
    """

    def __init__(
        self,
        commands: Sequence[Sequence[str]],
        log: str | Path,
        lock: RunLock,
        variables: Mapping[str, str],
    ) -> None:
        self.log = Path(log)
        self._waiting = list(commands)
        self._lock = lock
        self._environment = {**os.environ, **variables}
        self._process = self._start_next()

    def poll(self) -> int | None:
        """Looks whether the commands have ended, and starts the next one if one has.

        Returns:
            None while a command runs; at the end 0, or what the command that failed returned
            (negative if a signal ended it).
        """
        code = self._process.poll()
        if code is None:
            return None
        if code == 0 and self._waiting:
            self._process = self._start_next()
            return None
        self._lock.release()
        return code

    def ask_to_end(self) -> None:
        """Asks the process and all that it started to end."""
        self._signal(signal.SIGTERM)

    def end(self, seconds: float) -> None:
        """Waits for the process to end and kills what is left.

        Args:
            seconds: How long to wait.
        """
        if self._process.returncode is not None:
            return
        deadline = time.monotonic() + seconds
        while not _has_ended(self._process.pid) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        self._signal(signal.SIGKILL)  # not yet waited for: the group's number is still its own
        self._process.wait()
        self._lock.release()

    def _start_next(self) -> subprocess.Popen:
        command = self._waiting.pop(0)
        with self.log.open('ab') as log:
            log.write(f'$ {shlex.join(command)}\n'.encode())
            log.flush()
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
                pass_fds=(self._lock.descriptor,),
            )

    def _signal(self, number: int) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


def _has_ended(pid: int) -> bool:
    """Tells whether a child has ended, without taking note of it."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
