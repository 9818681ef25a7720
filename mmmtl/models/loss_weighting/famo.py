from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn
from torch.optim.adam import adam

from mmmtl.models.graph import rows
from mmmtl.models.loss_weighting.base import TaskLosses
from mmmtl.models.loss_weighting.host_copy import HostCopy
from mmmtl.models.loss_weighting.latest_losses import LatestLosses
from mmmtl.models.loss_weighting.scalarised import ScalarisedWeighting

_EPS = 1e-8  # of the paper's code and of Adam


@MODELS.register_module()
class FAMOWeighting(ScalarisedWeighting):
    r"""Lets all losses fall at the same relative speed (FAMO).

    `FAMO: Fast Adaptive Multitask Optimization <https://arxiv.org/abs/2306.03792>`_.

    .. math::
        f = c \sum_i z_i \log D_i, \qquad \lambda_i = c \frac{z_i}{D_i}, \qquad
        c = \Big( \sum_i \frac{z_i}{D_i} \Big)^{-1}

    - :math:`D_i = L_i + \epsilon`, with :math:`\epsilon = 10^{-8}`;
    - :math:`z = \mathrm{softmax}(w)` over the tasks that are compared, :math:`w = 0` at the start;
    - :math:`c` counts as a constant: the weights add up to 1.

    After each step of the network's optimizer the losses of the same batch are computed once more,
    and :math:`w` makes a step of Adam with the gradient
    :math:`\nabla_w \sum_i z_i \delta_i`,
    :math:`\delta_i = \log D_i^\text{before} - \log D_i^\text{after}` held fixed: a task that fell
    faster than the others loses weight.
    :class:`~mmmtl.engine.LossWeightingHook` does this without a trace in the network's running
    statistics. It costs one forward pass without gradients; where gradients are accumulated, one
    per step, of its last batch.

    TorchJD's ``FAMO`` keeps Adam's moments in an optimizer that no checkpoint sees, and wants all
    tasks in every batch. Here they are buffers, and the step is torch's own.

    Args:
        tasks: Names of the tasks.
        lr: Learning rate of :math:`w`, at least 0. Defaults to 0.025.
        weight_decay: Weight decay of :math:`w`, at least 0; the paper's code has values from 1e-5
            to 1e-2. Defaults to 1e-3.
        over: ``'batch'``, the default, or ``'round'``, see :class:`ScalarisedWeighting`. Over a
            round :math:`w` makes its step when each task has had a batch, with the fall of the last
            one of each.

    Raises:
        ValueError: If a number is out of its range.
    """

    needs_new_losses = True

    first_moment: Tensor
    second_moment: Tensor
    steps: Tensor

    def __init__(
        self,
        tasks: Sequence[str],
        lr: float = 0.025,
        weight_decay: float = 1e-3,
        over: str = 'batch',
    ) -> None:
        super().__init__(tasks, over)
        for name, value in dict(lr=lr, weight_decay=weight_decay).items():
            if not value >= 0:
                raise ValueError(f'{name}: expected a number >= 0, found {value}.')
        self.lr, self.weight_decay = lr, weight_decay
        count = len(self.tasks)
        self.logits = nn.Parameter(torch.zeros(count), requires_grad=False)
        self.register_buffer('first_moment', torch.zeros(count))
        self.register_buffer('second_moment', torch.zeros(count))
        self.register_buffer('steps', torch.zeros(()))
        self._copy = HostCopy()
        self.falls = LatestLosses(self.tasks) if self.latest is not None else None
        """Of each task of the round so far, how far the logarithm of its loss fell."""
        self._before: dict[str, Tensor] = {}  # only from a batch to the step on it

    def scalarise(self, losses: Tensor, tasks: Sequence[int]) -> Tensor:
        """Computes :math:`f`.

        Args:
            losses: Losses of the tasks that are compared, shape (n,), float64.
            tasks: Indices of these tasks among those of the weighting.

        Returns:
            A scalar with a graph.
        """
        shares = rows(self.logits, tasks).double().softmax(dim=0)
        shifted = _positive(losses)
        return (shares * shifted.log()).sum() / (shares / shifted).sum().detach()

    def record(self, batch: TaskLosses) -> None:
        """Keeps the losses until the step.

        Args:
            batch: The losses of a batch.
        """
        super().record(batch)
        self._before = dict(batch.joined)

    def end_step(self, batch: TaskLosses | None = None) -> None:
        """Makes a step on :math:`w`.

        Args:
            batch: Losses of the same batch after the step; required.

        Raises:
            ValueError: If there are no losses from before or after the step, or of other tasks.
        """
        before, self._before = self._before, {}
        after = dict(batch.joined) if batch else {}
        if not before or before.keys() != after.keys():
            raise ValueError(
                'FAMOWeighting: expected the losses of the last training batch after the step, of '
                f'the tasks {list(before)}, found {list(after)}.'
            )
        falls = {
            task: (_positive(before[task].double()) / _positive(after[task].double())).log()
            for task in before
        }
        if self.falls is not None:
            falls = self._falls_of_round(self.falls, falls)
        if not falls:
            return
        tasks = [self.tasks.index(task) for task in falls]
        fall = torch.stack(list(falls.values()))
        shares = rows(self.logits, tasks).double().softmax(dim=0)
        gradient = torch.zeros_like(self.logits)
        slopes = (shares * (fall - (shares * fall).sum())).float()
        for task, slope in zip(tasks, slopes.unbind(), strict=True):
            gradient[task] = slope
        self._adam_step(gradient)

    def _falls_of_round(self, latest: LatestLosses, falls: dict[str, Tensor]) -> dict[str, Tensor]:
        """Gives the falls of all tasks at the end of a round, before it none."""
        latest.update(TaskLosses(falls, falls, falls))
        if not latest.known.all():
            return {}
        whole = dict(zip(self.tasks, latest.losses.clone(), strict=True))
        latest.known.zero_()
        return whole

    @torch.no_grad()
    def _adam_step(self, gradient: Tensor) -> None:
        steps = self._copy.read(self.steps).clone()  # adam counts, and reads its count
        adam(
            [self.logits],
            [gradient],
            [self.first_moment],
            [self.second_moment],
            [],
            [steps],
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self.lr,
            weight_decay=self.weight_decay,
            eps=_EPS,
            maximize=False,
        )
        self._copy.write(self.steps, steps)


def _positive(losses: Tensor) -> Tensor:
    return losses.clamp(min=0) + _EPS
