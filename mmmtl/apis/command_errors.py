"""From an error to a line that helps: how commands end."""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool

import torch.distributed as dist
from mmengine.logging import MMLogger

from mmmtl.apis.config_mistakes import config_mistake
from mmmtl.apis.failed_processes import (
    announce_failure,
    end_alone,
    failure_of_others,
    own_name,
    tells_first,
)
from mmmtl.engine.loader_workers import end_loader_workers

TRACEBACK_VARIABLE = 'MMMTL_TRACEBACK'
_USERS_MISTAKES = (
    OSError,
    ValueError,
    FloatingPointError,
    BrokenProcessPool,
    ImportError,
    KeyError,
    TypeError,
)
INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as of shells: 128 and the number of the signal."""


def run_command(main: Callable[[], int | None], goes_on: str = '') -> int:
    """Runs a command-line tool and turns errors of its user into a line on stderr.

    A wrong path or value (``OSError``, ``ValueError``), a type or an argument that a config
    misspells, a loss that is not finite (``FloatingPointError``), a process that was killed
    (``BrokenProcessPool``) or a package that mmmtl misses (``ImportError``) is summarised as
    ``error: ...``; its traceback goes to the run's log file, or to stderr if the variable
    ``MMMTL_TRACEBACK`` is 1. Everything else is a bug and raised as it is, and so is what other
    packages raise inside a training, validation or test step; what mmmtl's own checks find there is
    summarised too. Ctrl-C is a line as well; files are whole or not there (:mod:`mmmtl.files`).

    Where one of several processes fails, the others end here with a line that says so, once a
    machine (:mod:`mmmtl.apis.failed_processes`).

    Args:
        main: The tool; it may give an exit code.
        goes_on: What makes the tool go on where Ctrl-C ended it, for the line that says so.
            Defaults to nothing.

    Returns:
        The exit code.
    """
    try:
        code = main()
    except KeyboardInterrupt:
        hint = f'; {goes_on}' if goes_on else ''
        sys.stderr.write(f'interrupted: files that were written are whole{hint}\n')
        return INTERRUPTED
    except Exception as error:
        shows_all = os.environ.get(TRACEBACK_VARIABLE) == '1'
        others = failure_of_others(error)
        if others is not None and not shows_all:
            log_file = _log_traceback(error)
            if tells_first():
                _tell(others, log_file)
            end_alone(1)
        own = isinstance(error, _USERS_MISTAKES)
        message = _message(error) if own else None
        is_told = announce_failure(message or f'{type(error).__name__}: {error}')
        if shows_all or message is None or _is_bug(error):
            raise
        log_file = _log_traceback(error)
        if is_told:
            _tell(f'{own_name()}: {message}' if own_name() else message, log_file)
        return 1
    if dist.is_initialized():
        # A runner and its network are a circle that goes when the interpreter ends, and until then
        # the threads of the group have its tensors: too late, they abort the process.
        end_loader_workers()  # which the collector would wait for
        gc.collect()
        dist.destroy_process_group()
    return code or 0


def _tell(message: str, log_file: str | None) -> None:
    hint = f'traceback in {log_file}' if log_file else f'{TRACEBACK_VARIABLE}=1 shows the traceback'
    sys.stderr.write(f'error: {message}\n({hint})\n')


def _message(error: BaseException) -> str | None:
    """Gives what an error says; one from a data loader's worker has a traceback for its text.

    A key or type that is wrong is only a user's mistake if it is a config's.
    """
    if isinstance(error, (KeyError, TypeError)):
        return config_mistake(error)
    text = str(error).strip()
    if 'in DataLoader worker process' in text:
        return text.splitlines()[-1].partition(': ')[2]
    return text


def _is_bug(error: BaseException) -> bool:
    """Tells whether an error is not the user's.

    That is what code other than mmmtl's raised while one of mmengine's loops was running, and an
    import that failed without mmmtl saying what to install.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if isinstance(error, ModuleNotFoundError):
        return True
    in_a_step = any(frame.f_code.co_name == 'run_iter' for frame in frames)
    own = frames[-1].f_globals.get('__name__', '').startswith(('mmmtl.', 'mmmtl_'))
    return (in_a_step or isinstance(error, ImportError)) and not own


def _log_traceback(error: BaseException) -> str | None:
    """Writes the traceback to the log files of the run, if one got as far as having any."""
    record = logging.LogRecord(
        'mmmtl',
        logging.ERROR,
        __file__,
        0,
        '%s',
        (''.join(traceback.format_exception(error)),),
        None,
    )
    names = []
    for handler in MMLogger.get_current_instance().handlers:
        if isinstance(handler, logging.FileHandler):
            handler.emit(record)
            names.append(handler.baseFilename)
    return names[0] if names else None
