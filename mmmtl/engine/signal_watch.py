from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any

from mmmtl.engine.shielded_children import shield_children

_NOT_CAUGHT = (signal.SIGKILL, signal.SIGSTOP)


class SignalWatch:
    """Takes note of the first signal that asks the process to end; the second one ends it at once.

    What it forks meanwhile, such as the workers of a data loader, leaves these signals to it
    (:func:`~mmmtl.engine.shielded_children.shield_children`).

    Args:
        names: Names of the signals, such as ``'SIGTERM'``.
        patience: Seconds in which further signals belong to the first: a scheduler and a launcher
            may both send one. Defaults to 0.

    Raises:
        ValueError: If there is no signal of a name, or none that a process can take note of.
    """

    def __init__(self, names: Sequence[str], patience: float = 0) -> None:
        known = {number.name: number for number in signal.Signals if number not in _NOT_CAUGHT}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(f'signals: expected names such as SIGTERM, found {unknown}.')
        self.signals = [known[name] for name in names]
        self.caught: str | None = None
        """Name of the signal that came, if one did."""
        self._patience, self._since = patience, 0.0
        self._before: dict[int, Any] = {}

    def install(self) -> None:
        """Begins to watch; in a thread that is not the main one, Python cannot."""
        if threading.current_thread() is threading.main_thread():
            for number in self.signals:
                self._before.setdefault(number, signal.signal(number, self._take))
            shield_children(self.signals)

    def remove(self, keep_handlers: bool = False) -> None:
        """Puts back what was there before.

        Args:
            keep_handlers: Whether a signal within ``patience`` of the first one is still taken for
                it, which keeps a process that ends from being killed by it. Defaults to False.
        """
        if self._before:
            shield_children(())
        if not keep_handlers:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            self._before.clear()

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.caught is None:
            self.caught, self._since = signal.Signals(number).name, time.monotonic()
        elif time.monotonic() - self._since >= self._patience:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
