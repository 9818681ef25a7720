"""What the processes of a run tell each other when one of them fails.

They tell it in the store through which they met, which outlives a process that fails: with
torchrun, the launcher keeps it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import torch.distributed as dist
from torch.distributed.distributed_c10d import PrefixStore

_FAILURE = 'failure'
_ANSWERS = 'answers'
_TOLD = 'told'
_TIMED_OUT = 'timed_out'
_ROLL_CALL = 10.0
"""Seconds in which a process that lives finds that another one does not answer."""
_STORE_PATIENCE = 5.0
"""Seconds for an answer of the store, whose keeper may be the process that fails."""
_Answer = TypeVar('_Answer')


def announce_failure(message: str) -> bool:
    """Tells the other processes that this one fails.

    Args:
        message: What is wrong.

    Returns:
        Whether to say it to the user: not where another process has said the same.
    """
    if not own_name():
        return True
    mine = f'{own_name()} failed: {message}'
    first = _within(
        _STORE_PATIENCE, lambda: _store().compare_set(_FAILURE, '', mine).decode()
    )  # gives what is there then
    tells_first()
    return first in (None, mine) or first.partition(' failed: ')[2] != message


def failure_of_others(error: BaseException) -> str | None:
    """Tells what made a call fail in which processes wait for each other.

    Args:
        error: The error.

    Returns:
        What is wrong, with the number of the process where it can be told; None if the error is not
        such a call's.
    """
    if not _comes_from_waiting(error):
        return None
    said = str(error).strip().partition('\n')[0]
    if not own_name():
        return f'the processes of the run could not meet: {said}'
    announced = _within(_STORE_PATIENCE, _announced)
    if announced:
        return announced
    size = dist.get_world_size()
    timed_out = _within(_STORE_PATIENCE, lambda: _anyone_timed_out(said))
    if not (_is_timeout(said) if timed_out is None else timed_out):
        return (
            f'the connection to another of the {size} processes broke: it was killed, or crashed '
            'without a word.'
        )
    missing = _within(_ROLL_CALL + _STORE_PATIENCE, _missing)
    if missing is None:  # its keeper, if that is no launcher
        missing = [0]
    if not missing:
        return 'processes waited for each other longer than env_cfg.dist_cfg.timeout says.'
    numbers = ', '.join(map(str, missing))
    return (
        f'process {numbers} of {size} did not answer within env_cfg.dist_cfg.timeout: it hangs or '
        'was stopped.'
    )


def own_name() -> str:
    """Names this process.

    Returns:
        Text such as ``'process 1 of 2'``, counted from 0; an empty text if it is the only one.
    """
    if not dist.is_initialized() or dist.get_world_size() == 1:
        return ''
    return f'process {dist.get_rank()} of {dist.get_world_size()}'


def tells_first() -> bool:
    """Tells whether this process is the first on its machine to tell of the failure.

    Returns:
        Whether it is; True where that cannot be known.
    """
    if not own_name():
        return True
    count = _within(_STORE_PATIENCE, lambda: _store().add(f'{_TOLD}/{socket.gethostname()}', 1))
    return count in (None, 1)


def end_alone(code: int) -> NoReturn:
    """Ends this process at once where another one failed.

    The usual end of the interpreter takes down what connects the two, which can wait forever.

    Args:
        code: The exit code.
    """
    for child in multiprocessing.active_children():
        child.terminate()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _comes_from_waiting(error: BaseException) -> bool:
    if isinstance(error, dist.DistError):
        return True
    return isinstance(error, RuntimeError) and '/gloo/' in str(error)


def _store() -> Any:
    restart = os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')
    return PrefixStore(f'mmmtl/{restart}', dist.distributed_c10d._get_default_store())


def _announced() -> str | None:
    store = _store()
    return store.get(_FAILURE).decode() if store.check([_FAILURE]) else None


def _anyone_timed_out(said: str) -> bool:
    """Tells a timeout from a broken connection: what one process times out on breaks for others."""
    store = _store()
    if _is_timeout(said):
        store.set(_TIMED_OUT, '')
        return True
    time.sleep(1)
    return bool(store.check([_TIMED_OUT]))


def _is_timeout(said: str) -> bool:
    return 'Timed out' in said or 'timeout' in said


def _missing() -> list[int]:
    """Calls the roll: who is here comes within a few seconds of the others."""
    store, everybody = _store(), range(dist.get_world_size())
    store.set(f'{_ANSWERS}/{dist.get_rank()}', '')
    end = time.monotonic() + _ROLL_CALL
    while True:
        missing = [rank for rank in everybody if not store.check([f'{_ANSWERS}/{rank}'])]
        if not missing or time.monotonic() > end:
            return missing
        time.sleep(0.1)


def _within(seconds: float, ask: Callable[[], _Answer]) -> _Answer | None:
    """Asks the store; gives None if its keeper is gone or does not answer."""
    answers: list[_Answer] = []

    def run() -> None:
        try:
            answers.append(ask())
        except RuntimeError:  # the connection to it broke
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else None
