from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Sequence

import torch
from mmengine.logging import print_log
from torch import Tensor

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses
from mmmtl.models.loss_weighting.gradient.gramian import joined_gramian
from mmmtl.models.loss_weighting.gradient.shared_gradients import SharedGradients

_FIRST_SCALE = 2.0**15


class GradientLossWeighting(BaseLossWeighting):
    r"""Base of the methods that weigh by the tasks' gradients.

    Inside of ``forward(mode='loss')`` the gradient of each task's loss is taken with respect to
    what the tasks share. All that a method learns of them is the Gramian of the losses of **all**
    processes,

    .. math::
        G_{ij} = \langle \nabla L_i, \nabla L_j \rangle .

    The weighted sum is then back-propagated once, as without any weighting: there are no gradients
    in ``.grad`` and no hooks of distributed training before that.

    The weights stay as they are, beginning with 1,

    - in evaluation and without gradients, and in the iterations between two of ``every_n_iters``;
    - for tasks without labels in the batch, or whose gradient is zero; the others are weighed as if
      these did not exist, unless only one is left;
    - if the Gramian is not finite or the method finds no weights for it. This is counted in the
      buffer ``kept``, and said in the log the first time.

    Losses are scaled by ``gradient_scale``, a power of two, so that gradients in half precision do
    not vanish, and the Gramian is scaled back; the scale is halved whenever gradients overflow.
    With accumulated gradients, each batch has weights of its own.

    Args:
        tasks: Names of the tasks.
        wrt: ``'parameters'``: with respect to the parameters that at least two tasks share.
            ``'features'``: with respect to the shared features, from where on each task has a graph
            of its own, as in MGDA-UB, `Multi-Task Learning as Multi-Objective Optimization
            <https://arxiv.org/abs/1810.04650>`_, section 3.3. It is cheaper, as each task's graph
            is only walked back to these features.
        every_n_iters: Number of training iterations from one computation of the weights to the
            next, at least 1.

    Raises:
        ValueError: If an argument is out of its range.
    """

    needs_shared_tensors = True

    weights: Tensor
    iterations: Tensor
    kept: Tensor
    gradient_scale: Tensor

    def __init__(self, tasks: Sequence[str], wrt: str, every_n_iters: int) -> None:
        super().__init__(tasks)
        if every_n_iters < 1:
            raise ValueError(f'every_n_iters: expected at least 1, found {every_n_iters}.')
        self.every_n_iters = every_n_iters
        self.shared_gradients = SharedGradients(wrt)
        self._has_warned = False
        self.register_buffer('iterations', torch.zeros((), dtype=torch.int64))
        self.register_buffer('kept', torch.zeros((), dtype=torch.int64))
        self.register_buffer('gradient_scale', torch.tensor(_FIRST_SCALE))
        self._register_weights(torch.ones(len(self.tasks)))

    @abstractmethod
    def balance(self, gramian: Tensor, tasks: Sequence[str], batch: TaskLosses) -> Tensor:
        """Computes new weights.

        Args:
            gramian: Gramian of the unweighted losses' gradients, shape (K, K), float64, on the CPU,
                finite and with a positive diagonal.
            tasks: Names of the K >= 2 tasks.
            batch: The losses of the batch.

        Returns:
            The weights, shape (K,), float64. Weights that are not finite are not used.

        Raises:
            ValueError: If there are none for this Gramian.
        """

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch, with what the tasks share.

        Returns:
            The weight of each task of the batch, detached.

        Raises:
            ValueError: If the tasks share nothing.
        """
        is_due = self.iterations.item() % self.every_n_iters == 0
        if self.training and torch.is_grad_enabled() and is_due:
            self._renew(batch)
        # A copy: backward still needs these weights when the next ones are there.
        return self.select(self.weights.detach().clone(), batch)

    def record(self, batch: TaskLosses) -> None:
        """Counts the batch.

        Args:
            batch: The losses of a batch.
        """
        self.iterations += 1

    def _register_weights(self, weights: Tensor) -> None:
        self.register_buffer('weights', weights)

    @torch.no_grad()
    def _renew(self, batch: TaskLosses) -> None:
        if len(batch.losses) < 2:
            return
        gramian = self._gramian(batch)
        if not gramian.isfinite().all():
            self.gradient_scale.div_(2).clamp_(min=1)
            self._keep('a gradient is not finite')
            return
        names = list(batch.losses)
        active = gramian.diagonal().nonzero().flatten()
        if len(active) < 2:
            return
        tasks = [names[index] for index in active.tolist()]
        try:
            weights = self.balance(gramian[active][:, active], tasks, batch)
        except (ValueError, ArithmeticError, torch.linalg.LinAlgError) as error:  # type: ignore[attr-defined]
            self._keep(str(error))
            return
        if not weights.isfinite().all():
            self._keep(f'it found {weights.tolist()}')
            return
        self.weights[self.indices(tasks)] = weights.to(self.weights)

    def _gramian(self, batch: TaskLosses) -> Tensor:
        scale = self.gradient_scale.item()
        with torch.enable_grad():
            gradients = self.shared_gradients(batch.losses, batch.shared, scale)
        average = self.shared_gradients.wrt == 'parameters'
        return joined_gramian(gradients, average).cpu() / scale**2

    def indices(self, tasks: Sequence[str]) -> list[int]:
        """Finds tasks among those of the weighting.

        Args:
            tasks: Names of tasks.

        Returns:
            Their positions.
        """
        return [self.tasks.index(task) for task in tasks]

    def _keep(self, reason: str) -> None:
        self.kept += 1
        if not self._has_warned:
            self._has_warned = True
            print_log(
                f'{type(self).__name__}: keeping the last weights for a step, because {reason}. '
                'Further such steps are only counted, in the buffer `kept`.',
                logger='current',
                level=logging.WARNING,
            )
