from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, parent_process

import cv2


@contextmanager
def worker_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Opens a pool of processes that work on one core each and end with the one that opened it.

    The processes of a bare :class:`~concurrent.futures.ProcessPoolExecutor` outlive a parent that
    is killed, and inherit the state of its threads where they are forked. A process that is killed
    makes the pool raise a :class:`~concurrent.futures.process.BrokenProcessPool`, where that of
    :mod:`multiprocessing` would wait for it forever.

    Args:
        workers: Number of processes, at least 1.

    Yields:
        The pool. Tasks that have not begun are dropped if the block raises.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context('forkserver' if 'forkserver' in methods else 'spawn')
    if 'forkserver' in methods:
        context.set_forkserver_preload([__package__])
    with ProcessPoolExecutor(workers, context, initializer=_prepare_worker) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _prepare_worker() -> None:
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
