from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from mmengine.logging import print_log


class BackgroundWriter:
    """Writes files in a thread, while a training goes on.

    An error ends what is being written, and is raised where the training next asks. The thread does
    not keep the process from ending: :meth:`finishing` waits for it.
    """

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._error: BaseException | None = None

    def start(self, steps: list[Callable[[], None]]) -> None:
        """Begins to take steps, once those before are done.

        Args:
            steps: What to do, one after the other; none is done after one that raises. The list is
                emptied meanwhile, so that each lets go of its memory.

        Raises:
            BaseException: What a step before has raised.
        """
        self.wait()
        self._thread = Thread(target=self._take, args=(steps,), name='checkpoint', daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises what a step has raised, without waiting for those that are not done."""
        if self._thread is not None and not self._thread.is_alive():
            self.wait()

    def wait(self) -> None:
        """Waits until all is written, and raises what a step has raised."""
        if self._thread is None:
            return
        self._thread.join()
        error, self._thread, self._error = self._error, None, None
        if error is not None:
            raise error

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Waits at the end of a block, however it ends.

        If the block raises, an error of the thread is a line in the log.
        """
        try:
            yield
        except BaseException:
            try:
                self.wait()
            except Exception as error:
                print_log(f'Not saved: {error}', logger='current', level=logging.ERROR)
            raise
        self.wait()

    def _take(self, steps: list[Callable[[], None]]) -> None:
        try:
            while steps:
                steps.pop(0)()
        except BaseException as error:
            self._error = error
