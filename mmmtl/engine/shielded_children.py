"""Children of a process that leave it to their parent what a signal means."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable

_shielded: frozenset[signal.Signals] = frozenset()
_before_fork: set[signal.Signals | int] = set()
_registered = False


def shield_children(signals: Iterable[signal.Signals]) -> None:
    """Has what this process forks from now on obey signals of its parent alone.

    A scheduler sends a signal to every process of a job; a parent whose workers end cannot finish
    what it waits for. A child that is shielded ends at once when its parent sends one of the
    signals, as the data loader of torch and multiprocessing do when they end, and takes no notice
    of one that others send. It is shielded from its first moment on: the signals are blocked while
    it is forked. If the parent dies, a worker of torch's data loader ends by itself. The system
    does not queue signals: one of the parent that comes while one of others waits to be taken, for
    less than a moment, is lost.

    Children that are started afresh (``spawn``, ``forkserver``, other programs) are not shielded,
    nor are any where the system does not tell who sent a signal (macOS).

    Args:
        signals: The signals; none ends it.
    """
    global _shielded, _registered
    _shielded = frozenset(signals)
    if _shielded and not _registered and hasattr(signal, 'sigwaitinfo'):
        os.register_at_fork(before=_block, after_in_parent=_unblock, after_in_child=_obey_parent)
        _registered = True


def _block() -> None:
    _before_fork.clear()
    _before_fork.update(signal.pthread_sigmask(signal.SIG_BLOCK, _shielded))


def _unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _shielded - _before_fork)


def _obey_parent() -> None:
    if not _shielded:
        return
    for number in _shielded:  # the parent's notes are not the child's
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=_wait_for_parent, args=(_shielded, os.getppid()), daemon=True).start()


def _wait_for_parent(signals: frozenset[signal.Signals], parent: int) -> None:
    while signal.sigwaitinfo(signals).si_pid != parent:
        pass
    os._exit(0)  # as torch's workers do: its parent takes another code for a failure
