from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.graph import rows
from mmmtl.models.loss_weighting.base import TaskLosses
from mmmtl.models.loss_weighting.epoch_weighting import EpochLossWeighting
from mmmtl.models.loss_weighting.latest_losses import LatestLosses, is_over_round


@MODELS.register_module()
class LearnableWeighting(EpochLossWeighting):
    r"""Learns the weights, scaled by how the variances of the losses change (MT-UNet, equation 5).

    .. math::
        L = \sum_i \lambda_i L_i, \qquad
        \lambda_i = \frac{W_i a_i}{\sum_k W_k a_k}, \qquad
        a_i = \frac{\sigma_i(t-1) + \epsilon}{\sigma_i(t-2) + \epsilon}

    - :math:`\sigma_i(t)`: the variance of the task's batch losses within an epoch (a batch counts
      as many times as it has labelled images, on all processes), averaged over the last
      :math:`N` = ``window`` epochs up to epoch :math:`t`, or over as many as there are;
    - :math:`a_i = 1` until the task has had two epochs. An epoch without any label of a task is
      none for that task;
    - :math:`W_i = \exp(u_i)`, positive whatever :math:`u_i`, with :math:`u_i = 0` at the start.

    The :math:`W_i` are learned in alternation with the network: after each step of its optimizer
    comes one step of plain gradient descent on :math:`u` with the losses held fixed,

    .. math::
        u_i \leftarrow u_i - \eta \lambda_i (L_i - \sum_k \lambda_k L_k)

    where :math:`\lambda` is normalised over the tasks of the batch, or with ``over='round'`` over
    all whose loss is known, and the gradient is the mean over the batches of the step, if several
    are accumulated. The step is the method's own: learning
    rate, schedule and weight decay of the network's optimizer have no part in it, and ``log_w``
    asks for no gradient. As the sum of the losses is made smaller, weight wanders to the task with
    the smallest loss; :math:`\eta` says how fast.

    Args:
        tasks: Names of the tasks.
        lr: :math:`\eta`, the learning rate of :math:`u`, at least 0. Defaults to 1e-3.
        window: :math:`N`, the number of epochs of a mean variance, at least 1. Defaults to 5.
        eps: :math:`\epsilon`, more than 0. Defaults to 1e-8.
        over: ``'batch'``, the default; or ``'round'``: where a batch has no labels of a task, the
            loss of the last one that had takes part in the step on :math:`u`, which batches of one
            task each need.

    Raises:
        ValueError: If a number is out of its range, or ``over`` is something else.
    """

    variances: Tensor
    """Variances of the last ``window + 1`` epochs, the newest last, shape (window + 1, K)."""
    epochs: Tensor
    """Number of epochs with labels of each task, shape (K,)."""
    gradient: Tensor
    """Sum of the gradients since the last step, shape (K,)."""
    batches: Tensor
    """Number of batches since the last step, a scalar."""

    def __init__(
        self,
        tasks: Sequence[str],
        lr: float = 1e-3,
        window: int = 5,
        eps: float = 1e-8,
        over: str = 'batch',
    ) -> None:
        super().__init__(tasks)
        self.latest = LatestLosses(self.tasks) if is_over_round(over) else None
        self.needs_two_tasks = self.latest is None
        if not lr >= 0:
            raise ValueError(f'lr: expected a number >= 0, found {lr}.')
        if window < 1:
            raise ValueError(f'window: expected a number of epochs >= 1, found {window}.')
        if not eps > 0:
            raise ValueError(f'eps: expected a number > 0, found {eps}.')
        self.lr, self.window, self.eps = lr, window, eps
        count = len(self.tasks)
        self.log_w = nn.Parameter(torch.zeros(count), requires_grad=False)
        self.register_buffer('variances', torch.zeros(window + 1, count, dtype=torch.float64))
        self.register_buffer('epochs', torch.zeros(count, dtype=torch.int64))
        self.register_buffer('gradient', torch.zeros(count, dtype=torch.float64))
        self.register_buffer('batches', torch.zeros((), dtype=torch.int64))
        self._made_steps = False

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            The weights of the step; those of all tasks add up to 1.
        """
        return self.select(self._all_weights().float(), batch)

    def record(self, batch: TaskLosses) -> None:
        """Adds the losses of a batch to the epoch, and their gradient to the next step.

        Args:
            batch: The losses of a batch.

        Raises:
            FloatingPointError: If a loss is not finite.
        """
        super().record(batch)
        if self.latest is None:
            present = [self.tasks.index(task) for task in batch.joined]
            losses = torch.stack(list(batch.joined.values())).double()
        else:
            present, losses = self.latest.together_with(batch)
            self.latest.update(batch)
        weights = rows(self._all_weights(), present)
        weights = weights / weights.sum()
        slopes = weights * (losses - (weights * losses).sum())
        for task, slope in zip(present, slopes.unbind(), strict=True):
            self.gradient[task] += slope
        self.batches += 1

    def end_step(self, batch: TaskLosses | None = None) -> None:
        """Makes a step on :math:`u`.

        Args:
            batch: Not used.
        """
        self.log_w.sub_(self.lr * self.gradient / self.batches.clamp(min=1))
        self.gradient.zero_()
        self.batches.zero_()
        self._made_steps = True

    def remember_epoch(self) -> None:
        """Keeps the variances of the epoch that is over.

        Raises:
            ValueError: If nobody calls :meth:`end_step`.
        """
        if not self._made_steps and not self.driven and self.batches > 0:
            raise ValueError(
                'LearnableWeighting: expected a call of end_step() after each step of the '
                'optimizer, found none in the epoch.'
            )
        seen = self.epoch.seen
        newer = torch.cat([self.variances[1:], self.epoch.variance[None]])
        self.variances.copy_(torch.where(seen, newer, self.variances))
        self.epochs += seen

    def _all_weights(self) -> Tensor:
        return torch.softmax(self.log_w.double() + self._rates().log(), dim=0)

    def _rates(self) -> Tensor:
        """Gives :math:`a_i`; rows of epochs that were not yet are 0."""
        before = self.variances[:-1].sum(0) / (self.epochs - 1).clamp(1, self.window)
        now = self.variances[1:].sum(0) / self.epochs.clamp(1, self.window)
        return torch.where(self.epochs < 2, 1.0, (now + self.eps) / (before + self.eps))
