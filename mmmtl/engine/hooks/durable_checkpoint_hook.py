from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any

from mmengine.hooks import CheckpointHook
from mmengine.runner import BaseLoop, Runner
from mmseg.registry import HOOKS

from mmmtl.compat.deferred_writes import deferred_writes
from mmmtl.compat.storage import AtomicLocalBackend, record_checkpoint
from mmmtl.engine.agreement import Agreement
from mmmtl.engine.background_writer import BackgroundWriter
from mmmtl.engine.loops import warn_of_lost_place

_TIME = re.compile(r'(?P<count>\d+(\.\d+)?) *(?P<unit>s|min|h)')
_SECONDS = {'s': 1, 'min': 60, 'h': 3600}
_Steps = list[Callable[[], None]]


@HOOKS.register_module()
class DurableCheckpointHook(CheckpointHook):
    """mmengine's CheckpointHook, by the clock if asked, and never without a whole checkpoint.

    - ``interval='10min'`` saves after the first step that ends ten minutes or more after the last
      checkpoint, as ``iter_<N>.pth``; all processes agree on it. Units are ``s``, ``min`` and
      ``h``. A training that is killed has lost at most that much.
    - ``last_checkpoint`` names a checkpoint when it is complete. Old checkpoints, and the old best
      one, are removed after that; mmengine removes them before it writes. The disk has room for one
      more than ``max_keep_ckpts``.
    - ``background=True``: the training goes on as soon as the bytes of the file are in memory. A
      thread of the main process writes and flushes them, then ``last_checkpoint``, then removes
      what is old. The next checkpoint waits for it, and so does the end of the training, however it
      ends. If it cannot be written, the next step raises the error.

    Args:
        interval: Epochs or iterations, or a time. With a time, ``by_epoch`` is False, and the last
            checkpoint is that of the last step. Defaults to -1: only the last one.
        *args: Further arguments of :class:`mmengine.hooks.CheckpointHook`.
        background: Whether to write while the training goes on; on local disks only. Needs memory
            for the bytes of a checkpoint, and where a new best one is saved too, for its weights
            once more. Defaults to False.
        **kwargs: Further arguments of :class:`mmengine.hooks.CheckpointHook`.

    Raises:
        ValueError: If the interval is neither a whole number nor a time, or ``background`` is meant
            for other files than local ones.
    """

    filename_tmpl: str
    file_backend: Any
    keep_ckpt_ids: deque[int]
    _saved = 0.0
    _due_at: tuple[int, bool] = (-1, False)
    _agreement: Agreement | None = None

    def __init__(
        self, interval: int | str = -1, *args: Any, background: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(interval, *args, **kwargs)
        self._seconds = _seconds(interval)
        self.background = background
        self._writer = BackgroundWriter()
        self._writes: Sequence[Callable[[], None]] = ()
        self._then: _Steps | None = None

    def before_run(self, runner: Runner) -> None:
        """Has the training wait for its files, however it ends.

        Args:
            runner: The runner.
        """
        loop = runner._train_loop
        if self.background and isinstance(loop, BaseLoop):
            loop.run = self._writer.finishing()(loop.run)

    def before_train(self, runner: Runner) -> None:
        """Starts the clock.

        Args:
            runner: The runner.
        """
        if self._seconds is not None:
            self._agreement = Agreement(runner.cfg)
            self.by_epoch = False
            if self.filename_tmpl == 'epoch_{}.pth':
                self.filename_tmpl = 'iter_{}.pth'
        if not self.by_epoch:
            warn_of_lost_place(runner.train_loop)
        super().before_train(runner)
        if self.background and not isinstance(self.file_backend, AtomicLocalBackend):
            raise ValueError(
                'background: expected files on a local disk, without file_client_args, found '
                f'{type(self.file_backend).__name__} for {self.out_dir}.'
            )
        self._saved = time.monotonic()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Saves where a checkpoint is due; raises what kept the last one from being written.

        Args:
            runner: The runner.
            batch_idx: Index of the batch in its epoch.
            data_batch: The batch.
            outputs: What the step returned.
        """
        self._writer.check()
        super().after_train_iter(runner, batch_idx, data_batch, outputs)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Waits for what is being written; this checkpoint may be another hook's.

        Args:
            runner: The runner.
            checkpoint: The checkpoint.
        """
        if not self._writes:
            self._writer.wait()

    def after_train(self, runner: Runner) -> None:
        """Waits for the last files, and publishes them if asked to.

        Args:
            runner: The runner.
        """
        self._writer.wait()
        super().after_train(runner)

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
        # As mmengine's, which writes last_checkpoint itself.
        with self._in_order() as then:
            self._count(runner, step)
            name = self.filename_tmpl.format(step)
            self.last_ckpt = self.file_backend.join_path(self.out_dir, name)
            runner.message_hub.update_info('last_ckpt', self.last_ckpt)
            runner.save_checkpoint(
                self.out_dir,
                name,
                self.file_client_args,
                save_optimizer=self.save_optimizer,
                save_param_scheduler=self.save_param_scheduler,
                meta=meta,
                by_epoch=self.by_epoch,
                backend_args=self.backend_args,
                **self.args,
            )
            if runner.rank == 0:
                then.append(partial(record_checkpoint, runner.work_dir, self.last_ckpt))

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        with self._in_order():
            super()._save_best_checkpoint(runner, metrics)

    def _count(self, runner: Runner, step: int) -> None:
        if self.max_keep_ckpts <= 0 or step in self.keep_ckpt_ids:  # saved once more
            return
        if len(self.keep_ckpt_ids) == self.max_keep_ckpts:
            old = self.filename_tmpl.format(self.keep_ckpt_ids.popleft())
            if runner.rank == 0:
                self.file_backend.remove(self.file_backend.join_path(self.out_dir, old))
        self.keep_ckpt_ids.append(step)
        runner.message_hub.update_info('keep_ckpt_ids', list(self.keep_ckpt_ids))

    @contextmanager
    def _in_order(self) -> Iterator[_Steps]:
        """Writes what the block saves, takes the steps that it adds to the list, then removes."""
        if self._then is not None:  # a checkpoint that is saved for the best one
            yield self._then
            return
        backend = self.file_backend
        self.file_backend = later = _RemovesLater(backend, self._writer)
        self._then = then = _Steps()
        none: AbstractContextManager[_Steps] = nullcontext(_Steps())
        try:
            with deferred_writes() if self.background else none as writes:
                self._writes = writes
                yield then
        finally:
            self.file_backend, self._writes, self._then = backend, (), None
        steps: _Steps = [*writes, *then, partial(later.remove_now, keep=self._in_use())]
        if writes:
            self._writer.start(steps)
            return
        for step in steps:
            step()

    def _in_use(self) -> set[str]:
        best = getattr(self, 'best_ckpt_path_dict', None) or {
            '': getattr(self, 'best_ckpt_path', None)
        }
        return {str(path) for path in (self.last_ckpt, *best.values()) if path}


class _RemovesLater:
    """A storage backend that takes note of what is to be removed."""

    def __init__(self, backend: Any, writer: BackgroundWriter) -> None:
        self._backend, self._writer = backend, writer
        self._paths: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def isfile(self, path: str | Path) -> bool:
        self._writer.wait()  # for that very file, perhaps
        return bool(self._backend.isfile(path))

    def remove(self, path: str | Path) -> None:
        self._paths.append(str(path))

    rmtree = remove  # checkpoints of DeepSpeed are folders

    def remove_now(self, keep: set[str]) -> None:
        for path in self._paths:
            if path in keep:
                continue
            if self._backend.isfile(path):
                self._backend.remove(path)
            elif self._backend.isdir(path):
                self._backend.rmtree(path)


def _seconds(interval: Any) -> float | None:
    """Reads a time; None for a number of epochs or iterations."""
    if isinstance(interval, Integral) and not isinstance(interval, bool):
        return None
    found = _TIME.fullmatch(interval.strip()) if isinstance(interval, str) else None
    if not found or float(found['count']) == 0:
        raise ValueError(
            'interval: expected a number of epochs or iterations, or a time such as '
            f"'30s', '10min' or '2h', found {interval!r}."
        )
    return float(found['count']) * _SECONDS[found['unit']]
