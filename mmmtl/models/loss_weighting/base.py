from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from mmengine.logging import MessageHub
from torch import Tensor, nn

from mmmtl.tasks import check_task_names


class SharedTensors(NamedTuple):
    """What the tasks share, for methods that look at gradients."""

    features: tuple[Tensor, ...] = ()
    """Features that every task's loss is computed from, as nodes of the graph."""
    parameters: tuple[nn.Parameter, ...] = ()
    """Trainable parameters before the heads; some may serve one task only."""


class TaskLosses(NamedTuple):
    """The losses of one batch, by task, without tasks that no image of it is labelled for.

    "Batch" means that of all processes together: what is called joined is equal on all of them.
    """

    losses: Mapping[str, Tensor]
    """This process's loss, a scalar with a graph, scaled so that the mean over the processes is the
    joined loss."""
    joined: Mapping[str, Tensor]
    """Mean loss of the labelled images of all processes, a detached scalar."""
    images: Mapping[str, Tensor]
    """Number of labelled images of all processes, a scalar."""
    shared: SharedTensors = SharedTensors()
    """What the tasks share; empty unless the method asks for it."""
    values: Mapping[str, float] | None = None
    """The joined losses as numbers, if somebody has read them."""


class WeightedLosses(NamedTuple):
    """What a loss weighting says of one batch."""

    weights: dict[str, Tensor]
    """Weight of each task's loss, scalars."""
    regulariser: Tensor | None
    """What the method adds to the weighted sum, a scalar, or None."""


class BaseLossWeighting(nn.Module, ABC):
    """The contract of the loss weightings: ``{task: loss} -> {task: weight}``.

    A weighting is a module of the segmentor, called inside of ``forward(mode='loss')``. What it
    learns is a ``Parameter``, what it remembers is a buffer: checkpoints, resuming, distributed
    training and averaging of weights then need no special case. The total loss is
    ``sum_i weight_i * loss_i + regulariser``.

    Weights may depend on the values of ``batch.joined``, which all processes share, and on their
    random numbers only as far as these are equal on all processes.

    A config names the type and the method's own settings; the segmentor says which tasks there are.

    In a Runner :class:`~mmmtl.engine.LossWeightingHook` calls :meth:`end_step`,
    :meth:`start_epoch` and :meth:`end_epoch`; in a training loop of one's own the loop does:

    .. code:: python

        for epoch in range(epochs):
            for inputs, data_samples in batches:
                total, _ = model.parse_losses(model(inputs, data_samples, mode='loss'))
                optimizer.zero_grad()
                total.backward()
                optimizer.step()
                model.loss_weighting.end_step()
            model.loss_weighting.end_epoch()

    Args:
        tasks: Names of the tasks.
    """

    needs_shared_tensors: bool = False
    """Whether the method reads ``batch.shared``."""
    needs_epochs: bool = False
    """Whether the method does not work unless :meth:`end_epoch` is called."""
    needs_new_losses: bool = False
    """Whether :meth:`end_step` has to be called with the losses of the batch after the step."""
    needs_two_tasks: bool = False
    """Whether a batch with labels of one task alone says nothing to the method."""

    def __init__(self, tasks: Iterable[str]) -> None:
        super().__init__()
        self.tasks = check_task_names(tasks)
        self.driven = False
        """Whether someone calls :meth:`end_step` and :meth:`end_epoch` in the Runner; set by the
        hook, or by whoever does it instead."""

    @abstractmethod
    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            Weight of each task of the batch, scalars on the losses' device.
        """

    def regulariser(self, batch: TaskLosses) -> Tensor | None:
        """Gives what the method adds to the weighted sum.

        Args:
            batch: The losses of a batch.

        Returns:
            A scalar, or None, the default.
        """
        return None

    def record(self, batch: TaskLosses) -> None:
        """Remembers what the method needs of a batch; called in training with gradients only.

        Args:
            batch: The losses of a batch.
        """

    def end_step(self, batch: TaskLosses | None = None) -> None:
        """Tells the method that the optimizer made a step.

        Args:
            batch: Losses of the last batch after the step, for methods that need them. Defaults to
                none.
        """

    def unfinished_round(self) -> dict[str, Tensor]:
        """Gives what the method keeps of batches until other tasks have come.

        Returns:
            Tensors by name, the same on all processes; none, the default, at the end of a round.
            The hook saves them in checkpoints.
        """
        return {}

    def go_on_with_round(self, state: Mapping[str, Tensor]) -> None:
        """Takes up what :meth:`unfinished_round` gave.

        Args:
            state: Tensors by name.
        """

    def start_epoch(self) -> None:
        """Forgets what an epoch that was not finished left behind, as it starts anew."""

    def end_epoch(self) -> None:
        """Tells the method that an epoch is over."""

    def forward(self, batch: TaskLosses | Mapping[str, Tensor]) -> WeightedLosses:
        """Weights the losses of one batch.

        Args:
            batch: The losses of a batch. A plain ``{task: loss}`` stands for one process and one
                labelled image a task.

        Returns:
            The weights and the regulariser.

        Raises:
            ValueError: If there is a loss of a task that is not the weighting's, or none at all; if
                a Runner is training and the method lacks its hook.
        """
        if not isinstance(batch, TaskLosses):
            joined = {task: loss.detach() for task, loss in batch.items()}
            images = {task: loss.new_ones(()) for task, loss in joined.items()}
            batch = TaskLosses(batch, joined, images)
        if not batch.losses or not set(batch.losses) <= set(self.tasks):
            raise ValueError(
                f'{type(self).__name__}: expected losses of {list(self.tasks)}, '
                f'found {list(batch.losses)}.'
            )
        weighted = WeightedLosses(self.compute_weights(batch), self.regulariser(batch))
        if self.training and torch.is_grad_enabled():
            self._require_hook()
            self.record(batch)
        return weighted

    def select(self, values: Tensor, batch: TaskLosses) -> dict[str, Tensor]:
        """Picks the numbers of the tasks of a batch.

        Args:
            values: A number for each task of the weighting, shape (K,).
            batch: The losses of a batch.

        Returns:
            The number of each task of the batch, scalars.
        """
        known = dict(zip(self.tasks, values.unbind(), strict=True))
        return {task: known[task] for task in batch.losses}

    def _require_hook(self) -> None:
        if self.driven or not (self.needs_epochs or self.needs_new_losses):
            return
        if MessageHub.get_current_instance().get_info('loop_stage') == 'train':
            raise ValueError(
                f'{type(self).__name__} does not work without its hook; expected '
                "dict(type='LossWeightingHook') among the config's custom_hooks. (Where a loop of "
                'your own goes on after an interrupted Runner, set loss_weighting.driven = True.)'
            )
