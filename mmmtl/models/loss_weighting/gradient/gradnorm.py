from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.loss_weighting.base import TaskLosses
from mmmtl.models.loss_weighting.gradient.base import GradientLossWeighting

_SMALLEST = 1e-3


@MODELS.register_module()
class GradNorm(GradientLossWeighting):
    r"""Learns weights with which the tasks train at similar rates.

    `GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep Multitask Networks
    <https://arxiv.org/abs/1711.02257>`_, algorithm 1. Each time the weights take a step of gradient
    descent on equation 2,

    .. math::
        L_{grad} = \sum_i \left| G_i - \bar G \, r_i^\alpha \right|, \qquad
        G_i = \lVert \nabla w_i L_i \rVert, \qquad
        r_i = \frac{\tilde L_i}{\mathrm{mean}_k \tilde L_k}, \qquad
        \tilde L_i = \frac{L_i}{L_i(0)},

    in which the targets :math:`\bar G \, r_i^\alpha` are held fixed, and are scaled back to the sum
    they had, the number of tasks.

    - :math:`\nabla`: with respect to what the tasks share, over all processes;
    - :math:`\bar G`: mean of the :math:`G_i`, which is also the unit of :math:`L_{grad}`: the
      learning rate does not depend on the scale of the gradients. The paper states no unit;
    - :math:`L_i`: joined loss of the batch, and :math:`L_i(0)` the first one that is not 0.

    A weight that a step would take below 0.001 becomes 0.001 before the weights are scaled back.

    Args:
        tasks: Names of the tasks.
        alpha: The asymmetry :math:`\alpha`, at least 0: how strongly the tasks are pulled to a
            common rate. Defaults to 1.5, the paper's for NYUv2.
        lr: Learning rate of the weights, whatever the network's. Defaults to 0.025.
        initial_losses: :math:`L_i(0)` of each task, such as the logarithm of the number of classes,
            where the first batch is not to be trusted. Defaults to the first batch's.
        wrt: ``'parameters'``, the default, or ``'features'``, see :class:`GradientLossWeighting`;
            the paper takes the last shared layer.
        every_n_iters: Number of training iterations from one step to the next. Defaults to 1.
        over: ``'batch'``, the default, or ``'round'``, see :class:`GradientLossWeighting`.

    Raises:
        ValueError: If an argument is out of its range.
    """

    initial_losses: Tensor

    def __init__(
        self,
        tasks: Sequence[str],
        alpha: float = 1.5,
        lr: float = 0.025,
        initial_losses: Mapping[str, float] | None = None,
        wrt: str = 'parameters',
        every_n_iters: int = 1,
        over: str = 'batch',
    ) -> None:
        super().__init__(tasks, wrt, every_n_iters, over)
        for name, value in (('alpha', alpha), ('lr', lr)):
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f'{name}: expected a finite number >= 0, found {value}.')
        self.alpha = alpha
        self.lr = lr
        self.register_buffer('initial_losses', self._first_losses(initial_losses))

    def balance(self, gramian: Tensor, tasks: Sequence[str], batch: TaskLosses) -> Tensor:
        """Takes a step of the weights.

        Args:
            gramian: Gramian of the unweighted losses' gradients, shape (K, K), float64.
            tasks: Names of the tasks.
            batch: The losses of the batch.

        Returns:
            The weights, shape (K,), of the same sum as before.
        """
        values = batch.values
        if values is None:
            values = {task: batch.joined[task].item() for task in tasks}
        losses = torch.tensor([values[task] for task in tasks], dtype=torch.float64)
        relative = losses / self._remembered(tasks, losses)
        rates = relative / relative.mean()
        weights = self.on_host('weights')[self.indices(tasks)].double()
        norms = gramian.diagonal().sqrt()
        weighted = weights * norms
        mean = weighted.mean()
        slope = (weighted - mean * rates**self.alpha).sign() * norms / mean
        stepped = (weights - self.lr * slope).clamp(min=_SMALLEST)
        return stepped * (weights.sum() / stepped.sum())

    def _remembered(self, tasks: Sequence[str], losses: Tensor) -> Tensor:
        """Gives the tasks' initial losses, and remembers those seen for the first time."""
        index = self.indices(tasks)
        all_known = self.on_host('initial_losses').clone()
        known = all_known[index]
        first = torch.where(known > 0, known, losses)
        if not known.equal(first):
            all_known[index] = first
            self.set_from_host('initial_losses', all_known)
        return torch.where(first > 0, first, 1.0)

    def _first_losses(self, given: Mapping[str, float] | None) -> Tensor:
        if given is None:
            return torch.zeros(len(self.tasks), dtype=torch.float64)
        if set(given) != set(self.tasks):
            raise ValueError(
                f'initial_losses: expected one for each of the tasks {list(self.tasks)}, '
                f'found {dict(given)}.'
            )
        if not all(math.isfinite(loss) and loss > 0 for loss in given.values()):
            raise ValueError(f'initial_losses: expected finite numbers > 0, found {dict(given)}.')
        return torch.tensor([given[task] for task in self.tasks], dtype=torch.float64)

    def _register_weights(self, weights: Tensor) -> None:
        # Learned, but by their own rule: no optimizer, weight decay or gradient reduction.
        self.weights = nn.Parameter(weights, requires_grad=False)
