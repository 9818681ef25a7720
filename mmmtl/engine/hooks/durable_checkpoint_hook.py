from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner
from mmseg.registry import HOOKS

from mmmtl.engine.agreement import Agreement

_TIME = re.compile(r'(?P<count>\d+(\.\d+)?) *(?P<unit>s|min|h)')
_SECONDS = {'s': 1, 'min': 60, 'h': 3600}


@HOOKS.register_module()
class DurableCheckpointHook(CheckpointHook):
    """mmengine's CheckpointHook, by the clock if one likes, and never without a whole checkpoint.

    - ``interval='10min'`` saves after the first step that ends ten minutes or more after the last
      checkpoint, as ``iter_<N>.pth``; all processes agree on it. Units are ``s``, ``min`` and
      ``h``. A training that is killed has lost at most that much.
    - Old checkpoints, and the old best one, are removed when the new one is complete; mmengine
      removes them before it writes. The disk has room for one more than ``max_keep_ckpts``.

    Arguments are those of :class:`mmengine.hooks.CheckpointHook`. With a time for ``interval``,
    ``by_epoch`` is False, and the last checkpoint is that of the last step.

    Raises:
        ValueError: If the interval is text that is no time.
    """

    filename_tmpl: str
    file_backend: Any
    _seconds: float | None = None
    _saved = 0.0
    _due_at: tuple[int, bool] = (-1, False)
    _agreement: Agreement | None = None

    def before_train(self, runner: Runner) -> None:
        """Starts the clock.

        Args:
            runner: The runner.
        """
        if isinstance(self.interval, str):
            self._seconds = _seconds(self.interval)
            self._agreement = Agreement(runner.cfg)
            self.by_epoch = False
            if self.filename_tmpl == 'epoch_{}.pth':
                self.filename_tmpl = 'iter_{}.pth'
        super().before_train(runner)
        self._saved = time.monotonic()

    def every_n_train_iters(self, runner: Runner, n: int | str, start: int = 0) -> bool:
        """Tells whether a checkpoint is due after this step.

        Args:
            runner: The runner.
            n: The interval.
            start: Iterations before the first checkpoint.

        Returns:
            Whether it is, the same on all processes; asked again, the same for the step.
        """
        if self._seconds is None:
            return bool(super().every_n_train_iters(runner, n, start))
        if self._due_at[0] != runner.iter:
            due = time.monotonic() - self._saved >= self._seconds and runner.iter + 1 >= start
            if self._agreement is not None:
                due = self._agreement.largest(int(due)) > 0
            self._due_at = runner.iter, due
        return self._due_at[1]

    def _save_checkpoint(self, runner: Runner) -> None:
        super()._save_checkpoint(runner)
        self._saved = time.monotonic()

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        with self._removes_afterwards():
            super()._save_checkpoint_with_step(runner, step, meta)

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        with self._removes_afterwards():
            super()._save_best_checkpoint(runner, metrics)

    @contextmanager
    def _removes_afterwards(self) -> Iterator[None]:
        backend = self.file_backend
        if isinstance(backend, _RemovesLater):  # a checkpoint that is saved for the best one
            yield
            return
        self.file_backend = later = _RemovesLater(backend)
        try:
            yield
        finally:
            self.file_backend = backend
        later.remove_now(keep=self._in_use())

    def _in_use(self) -> set[str]:
        best = getattr(self, 'best_ckpt_path_dict', None) or {
            '': getattr(self, 'best_ckpt_path', None)
        }
        return {str(path) for path in (self.last_ckpt, *best.values()) if path}


class _RemovesLater:
    """A storage backend that takes note of what is to be removed."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._files: list[str] = []
        self._folders: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def remove(self, path: str | Path) -> None:
        self._files.append(str(path))

    def rmtree(self, path: str | Path) -> None:
        self._folders.append(str(path))

    def remove_now(self, keep: set[str]) -> None:
        for path in self._files:
            if path not in keep and self._backend.isfile(path):
                self._backend.remove(path)
        for path in self._folders:
            if path not in keep:
                self._backend.rmtree(path)


def _seconds(interval: str) -> float:
    found = _TIME.fullmatch(interval.strip())
    if not found or float(found['count']) == 0:
        raise ValueError(
            'interval: expected a number of epochs or iterations, or a time such as '
            f"'30s', '10min' or '2h', found {interval!r}."
        )
    return float(found['count']) * _SECONDS[found['unit']]
