from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@HOOKS.register_module()
class ProgressLineHook(Hook):
    """Shows the whole training as one line: epochs done, loss, last metrics and time left.

    On a terminal the line is live; elsewhere, in a log file or a pipe, a line is printed after each
    epoch and its validation. Only the main process prints. It stands beside mmengine's
    ``LoggerHook``, which writes the full log.

    Args:
        metrics: Metrics to show, such as ``('seg/mIoU', 'depth/abs_err')``. Defaults to none.
    """

    priority = 'VERY_LOW'

    def __init__(self, metrics: Sequence[str] = ()) -> None:
        self.metrics = tuple(metrics)
        self._shown: dict[str, float] = {}
        self._progress: Progress | None = None
        self._unsaid = ''

    def before_train(self, runner: Runner) -> None:
        """Starts the line.

        Args:
            runner: The runner of the training.
        """
        if not is_main_process():
            return
        console = Console()
        self._progress = Progress(
            TextColumn('Training'),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn('{task.description}'),
            TimeElapsedColumn(),
            TextColumn('left'),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=console,
            disable=not console.is_terminal,
            speed_estimate_period=600,
        )
        self._task = self._progress.add_task('', total=runner.max_iters, completed=runner.iter)
        self._progress.start()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Moves the line on.

        Args:
            runner: The runner of the training.
            batch_idx: Index of the batch in its epoch.
            data_batch: The batch.
            outputs: What the model logged.
        """
        if self._progress is not None:
            self._progress.update(
                self._task,
                completed=runner.iter + 1,
                description=self._describe(runner) + _listed(self._shown),
            )

    def before_train_epoch(self, runner: Runner) -> None:
        """Says how the epoch before went, if no validation came after it.

        Args:
            runner: The runner of the training.
        """
        self._say()

    def after_train_epoch(self, runner: Runner) -> None:
        """Keeps what there is to say until a validation has added its metrics.

        Args:
            runner: The runner of the training.
        """
        self._unsaid = self._describe(runner)

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Shows the metrics.

        Args:
            runner: The runner of the training.
            metrics: The metrics of the validation.
        """
        found = metrics or {}
        self._shown = {key: found[key] for key in self.metrics if key in found}
        if self._unsaid:
            self._unsaid += _listed(self._shown)
        self._say()

    def after_train(self, runner: Runner) -> None:
        """Ends the line.

        Args:
            runner: The runner of the training.
        """
        self._say()
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _say(self) -> None:
        if self._progress is not None and self._progress.disable and self._unsaid:
            self._progress.console.print(f'Training: {self._unsaid}', highlight=False)
        self._unsaid = ''

    def _describe(self, runner: Runner) -> str:
        loss = runner.message_hub.get_scalar('train/loss').mean(window_size=20)
        epoch = min(runner.epoch + 1, runner.max_epochs)
        return f'epoch {epoch}/{runner.max_epochs}  loss {loss:.4g}'


def _listed(values: dict[str, float]) -> str:
    return ''.join(f'  {key} {value:.4g}' for key, value in values.items())
