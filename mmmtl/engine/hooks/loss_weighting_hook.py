from __future__ import annotations

from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import IterBasedTrainLoop, Runner
from mmseg.registry import HOOKS
from torch import nn

from mmmtl.engine.bare_model import bare_model
from mmmtl.engine.class_pixels import reasons_without_labels
from mmmtl.engine.compared_tasks import check_compared_tasks
from mmmtl.engine.epoch_log import EpochLog
from mmmtl.engine.losses_after_step import LossesAfterStep
from mmmtl.engine.step_watch import StepWatch
from mmmtl.models.loss_weighting import BaseLossWeighting, TaskLosses, WeightedLosses

_STATE_KEY = 'loss_weighting_hook'
_ROUND_KEY = 'loss_weighting_round'


@HOOKS.register_module()
class LossWeightingHook(Hook):
    """Drives the loss weighting of a segmentor, and logs what it does over the epochs.

    - At the end of each epoch the weighting is told so, and for each task the means over the
      epoch's labelled images, on all processes, go to the text log and to all backends of the
      visualizer: ``<task>/epoch_raw``, the loss before its weight, ``<task>/epoch_weight`` and
      ``<task>/epoch_weighted``.
    - After each step of the optimizer the weighting is told so; methods that need it get the losses
      of the batch after the step.
    - In the first epoch some image must have a valid label of each task, as the means say.
    - With ``model.train_cfg=dict(non_finite_loss='skip')``, a step whose loss is not finite changes
      neither parameters nor the optimizer's state; a batch among several that are accumulated
      contributes nothing.

    A model without a loss weighting is left alone.

    An epoch that was interrupted goes on where it was, with what was remembered of its first part.
    A loop of one's own that trains it once more from its start begins with nothing remembered.

    Args:
        interval: Number of iterations that count as an epoch. Required in an iteration-based loop
            by methods that look at epochs. Defaults to None: the epochs of the loop.

    Raises:
        ValueError: If the interval is not positive.
    """

    priority = 'NORMAL'  # before checkpoints are written

    def __init__(self, interval: int | None = None) -> None:
        if interval is not None and interval < 1:
            raise ValueError(f'interval: expected a number of iterations >= 1, found {interval}.')
        self.interval = interval
        self._weighting: BaseLossWeighting | None = None
        self._resumed: dict[str, torch.Tensor] = {}
        self._resumed_round: dict[str, torch.Tensor] = {}

    def before_train(self, runner: Runner) -> None:
        """Takes charge of the weighting.

        Args:
            runner: The runner of the training.

        Raises:
            ValueError: If the method needs to know what an epoch is, or compares the tasks of a
                batch where each batch has labels of one.
        """
        model = bare_model(runner.model)
        weighting = getattr(model, 'loss_weighting', None)
        if not isinstance(weighting, BaseLossWeighting):
            return
        self.check_loop(weighting, type(runner.train_loop))
        loader = runner.train_dataloader
        check_compared_tasks(weighting, getattr(loader, 'batch_sampler', None), loader.dataset)
        self._weighting = weighting
        self._batch: tuple[TaskLosses, WeightedLosses] | None = None
        self._epoch_log = EpochLog(weighting.tasks).to(next(model.parameters()).device)
        if self._resumed:
            self._epoch_log.load_state_dict(self._resumed)
        weighting.go_on_with_round(self._resumed_round)
        self._watch = StepWatch(runner.optim_wrapper, lambda: _skips(model))
        self._new_losses = LossesAfterStep(model) if weighting.needs_new_losses else None
        self._handle = weighting.register_forward_hook(self._keep_batch)
        weighting.driven = True

    def after_train(self, runner: Runner) -> None:
        """Lets the weighting go.

        Args:
            runner: The runner of the training.
        """
        if self._weighting is not None:
            self._weighting.driven = False
            self._handle.remove()
            self._watch.remove()
            if self._new_losses is not None:
                self._new_losses.remove()
            self._weighting = None

    def before_train_epoch(self, runner: Runner) -> None:
        """Starts an epoch, unless one goes on in its middle.

        Args:
            runner: The runner of the training.
        """
        goes_on = getattr(runner.train_loop, 'first_batch', 0) > 0
        if self._weighting is not None and self._counts_epochs(runner) and not goes_on:
            self._weighting.start_epoch()
            self._epoch_log.reset()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict[str, Any] | None = None,
    ) -> None:
        """Tells the weighting of a step, and ends an epoch of so many iterations.

        Args:
            runner: The runner of the training.
            batch_idx: Number of the batch.
            data_batch: The batch.
            outputs: What the training step returned.
        """
        if self._weighting is None:
            return
        batch, self._batch = self._batch, None
        if batch is not None:
            self._epoch_log.add(batch[0], batch[1].weights)
        if self._watch.end_iteration():
            self._end_step(runner)
        if self.interval is not None and self.every_n_train_iters(runner, self.interval):
            self._end_epoch(runner, runner.iter + 1, runner.iter + 1 == self.interval)

    def after_train_epoch(self, runner: Runner) -> None:
        """Ends an epoch.

        Args:
            runner: The runner of the training.
        """
        if self._weighting is not None and self._counts_epochs(runner):
            self._end_epoch(runner, runner.iter, runner.epoch == 0)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Saves the means of an epoch that is not over, and what is kept of a round of tasks.

        Args:
            runner: The runner of the training.
            checkpoint: The checkpoint.

        Raises:
            FloatingPointError: If a weight was not finite.
        """
        if self._weighting is not None:
            self._epoch_log.check()
            state = self._epoch_log.state_dict()
            checkpoint[_STATE_KEY] = {key: value.cpu() for key, value in state.items()}
            unfinished = self._weighting.unfinished_round()
            if unfinished:
                checkpoint[_ROUND_KEY] = {key: value.cpu() for key, value in unfinished.items()}

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keeps the means of an epoch that goes on.

        Args:
            runner: The runner of the training.
            checkpoint: The checkpoint.
        """
        if runner._resume:
            self._resumed = checkpoint.get(_STATE_KEY, {})
            self._resumed_round = checkpoint.get(_ROUND_KEY, {})

    def _keep_batch(self, module: nn.Module, args: tuple[Any, ...], output: WeightedLosses) -> None:
        if module.training:
            self._batch = (args[0], output)

    def check_loop(self, weighting: BaseLossWeighting, loop: type) -> None:
        """Checks that a loss weighting which looks at epochs is told of some.

        Args:
            weighting: The loss weighting.
            loop: Class of the training's loop.

        Raises:
            ValueError: If the loop has iterations alone, and there is no ``interval``.
        """
        if (
            weighting.needs_epochs
            and self.interval is None
            and issubclass(loop, IterBasedTrainLoop)
        ):
            raise ValueError(
                f'{type(weighting).__name__} looks at epochs, which {loop.__name__} does not have: '
                'expected LossWeightingHook.interval, the number of iterations that count as one, '
                'found None.'
            )

    def _end_step(self, runner: Runner) -> None:
        weighting = self._weighting
        if weighting is None:
            return
        if self._new_losses is None:
            weighting.end_step()
            return
        losses = self._new_losses.compute(runner.optim_wrapper)
        if losses is not None:  # the batch had labels, and its losses are finite
            weighting.end_step(losses)

    def _end_epoch(self, runner: Runner, iteration: int, is_first: bool) -> None:
        if self._weighting is None:
            return
        self._epoch_log.check()
        self._weighting.end_epoch()
        unlabelled = self._epoch_log.unlabelled()
        if is_first and unlabelled:
            raise ValueError(_unlabelled(runner, unlabelled, iteration))
        self._epoch_log.write(
            runner, runner.epoch + 1 if runner.log_processor.by_epoch else None, iteration
        )
        self._epoch_log.reset()

    def _counts_epochs(self, runner: Runner) -> bool:
        return self.interval is None and not isinstance(runner.train_loop, IterBasedTrainLoop)


def _unlabelled(runner: Runner, tasks: list[str], iteration: int) -> str:
    dataset = getattr(runner.train_dataloader, 'dataset', None)
    reasons = reasons_without_labels(getattr(dataset, 'metainfo', None), tasks)
    likely = f' Likely reasons: {"; ".join(reasons)}.' if reasons else ''
    return (
        f'Expected valid labels of each task in the first epoch ({iteration} iterations), found '
        f'not a single image with one of {tasks}; look at the labels, or give LossWeightingHook a '
        f'longer `interval`.{likely}'
    )


def _skips(model: nn.Module) -> bool:
    return bool(getattr(getattr(model, 'finite_losses', None), 'skip_step', False))
