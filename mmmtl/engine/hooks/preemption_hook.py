from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.hooks import CheckpointHook, EMAHook, Hook
from mmengine.logging import print_log
from mmengine.runner import BaseLoop, Runner
from mmseg.registry import HOOKS

from mmmtl.compat.storage import record_checkpoint
from mmmtl.engine.agreement import Agreement
from mmmtl.engine.hooks.sync_norm_stats_hook import SyncNormStatsHook
from mmmtl.engine.loops import warn_of_lost_place
from mmmtl.engine.signal_watch import SignalWatch

PREEMPTED = 75
"""Exit code of a training that saved and ended because of a signal (``EX_TEMPFAIL``: try again)."""
PREEMPTED_FILE = 'MMMTL_PREEMPTED_FILE'
"""Variable with the name of a file that such a training makes, for launchers that hide the code."""
_PATIENCE = 5.0  # seconds


@HOOKS.register_module()
class PreemptionHook(Hook):
    """Saves a training and ends it when a signal says that the machine is wanted for others.

    All processes agree on it after the step that they are in: a signal to one of them is enough.
    They write ``iter_<N>.pth`` and end with the exit code 75; ``--resume`` goes on with the next
    batch. A validation is left, and made on resume. Before the first step there is nothing to save.
    A second signal, five seconds later or more, ends a process at once, with nothing saved.

    Workers of the data loader take no notice of a signal that is sent to them too, as long as they
    are forked (``mp_start_method='fork'``).

    Args:
        signals: Names of the signals. Defaults to SIGTERM, SIGUSR1 and SIGUSR2.

    Raises:
        ValueError: If a name is not that of a signal.
    """

    priority = 'LOWEST'  # after checkpoints

    def __init__(self, signals: Sequence[str] = ('SIGTERM', 'SIGUSR1', 'SIGUSR2')) -> None:
        self._watch = SignalWatch(signals, patience=_PATIENCE)
        self._agreement: Agreement | None = None
        self._common_batches = 0

    def before_run(self, runner: Runner) -> None:
        """Begins to watch, if the run is a training: a signal ends any other run as usual.

        Args:
            runner: The runner.
        """
        if isinstance(runner._train_loop, BaseLoop):
            self._watch.install()

    def after_run(self, runner: Runner) -> None:
        """Stops watching.

        Args:
            runner: The runner.
        """
        self._watch.remove()

    def before_train(self, runner: Runner) -> None:
        """Ends a training that was asked to before its first step.

        Args:
            runner: The runner.
        """
        warn_of_lost_place(runner.train_loop)
        self._agreement = Agreement(runner.cfg)
        if self._agree():
            self._end(runner, None)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Saves and ends, if a signal came to any process.

        Args:
            runner: The runner.
            batch_idx: Index of the batch in its epoch.
            data_batch: The batch.
            outputs: What the step returned.
        """
        if self._agree():
            for hook in runner.hooks:
                if isinstance(hook, SyncNormStatsHook):
                    hook.synchronise(runner)
            self._end(runner, runner.iter + 1)

    def before_val_epoch(self, runner: Runner) -> None:
        """Counts the batches that every process has.

        Args:
            runner: The runner.
        """
        self._common_batches = -self._largest(-len(runner.val_dataloader))

    def after_val_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Sequence[Any] | None = None,
    ) -> None:
        """Leaves a validation within a training, if a signal came to any process.

        Args:
            runner: The runner.
            batch_idx: Index of the batch.
            data_batch: The batch.
            outputs: The predictions.
        """
        if runner.iter > 0 and batch_idx < self._common_batches and self._agree():
            for hook in runner.hooks:
                if isinstance(hook, EMAHook):  # it has exchanged the parameters for the averages
                    hook._swap_ema_parameters()
            self._end(runner, runner.iter)

    def _agree(self) -> bool:
        return self._largest(int(self._watch.caught is not None)) > 0

    def _largest(self, number: int) -> int:
        return number if self._agreement is None else self._agreement.largest(number)

    def _end(self, runner: Runner, iteration: int | None) -> None:
        signal = self._watch.caught or 'a signal to another process'
        if iteration is None:
            print_log(f'{signal}: the training ends before its first step.', logger='current')
        else:
            path = _save(runner, iteration)
            print_log(f'{signal}: saved {path}; --resume goes on from it.', logger='current')
        if self._agreement is not None:
            self._agreement.wait_for_all()  # nobody ends before the file is there
        if os.environ.get(PREEMPTED_FILE):
            Path(os.environ[PREEMPTED_FILE]).touch()
        self._watch.remove(keep_handlers=True)  # the launcher's signal may follow the scheduler's
        raise SystemExit(PREEMPTED)


def _save(runner: Runner, iteration: int) -> Path:
    hooks = [hook for hook in runner.hooks if isinstance(hook, CheckpointHook)]
    folder = Path((hooks[0].out_dir if hooks else None) or runner.work_dir)
    name = f'iter_{iteration}.pth'
    meta = dict(epoch=runner.epoch, iter=iteration)
    runner.save_checkpoint(str(folder), name, meta=meta, by_epoch=False)
    if runner.rank == 0:
        record_checkpoint(runner.work_dir, folder / name)
    return folder / name
