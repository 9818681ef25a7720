from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.loss_weighting.base import TaskLosses
from mmmtl.models.loss_weighting.gradient.base import GradientLossWeighting
from mmmtl.models.loss_weighting.gradient.method import State
from mmmtl.models.loss_weighting.gradient.torchjd_methods import build_gradient_method

_SCALES = ('tasks', 'method')
_STATE = 'state_'


@MODELS.register_module()
class GradientWeighting(GradientLossWeighting):
    r"""Weighs by what one of TorchJD's methods makes of the tasks' gradients.

    `Jacobian Descent for Multi-Objective Optimization <https://arxiv.org/abs/2406.16232>`_
    describes the package. Every method here computes the weights :math:`\lambda` from the Gramian
    :math:`G` of the gradients :math:`g_i = \nabla L_i` alone, and proposes the direction
    :math:`\sum_i \lambda_i g_i`:

    - ``'Aligned-MTL'``: `Independent Component Alignment for Multi-Task Learning
      <https://arxiv.org/abs/2305.19000>`_; ``preference``, ``scale_mode='min'``;
    - ``'CAGrad'``: `Conflict-Averse Gradient Descent for Multi-task Learning
      <https://arxiv.org/abs/2110.14048>`_; ``c=0.4``;
    - ``'ConFIG'``: `Towards Conflict-free Training of Physics Informed Neural Networks
      <https://arxiv.org/abs/2408.11104>`_; ``preference``;
    - ``'DualProj'``: `Gradient Episodic Memory for Continual Learning
      <https://arxiv.org/abs/1706.08840>`_; ``preference``, ``reg_eps=1e-4``;
    - ``'FairGrad'``: `Fair Resource Allocation in Multi-Task Learning
      <https://arxiv.org/abs/2402.15638>`_; ``alpha=1.0``, ``max_iters=None``;
    - ``'GradVac'``: `Gradient Vaccine <https://arxiv.org/abs/2010.05874>`_; ``beta=0.5``,
      ``eps=1e-8``;
    - ``'IMTL-G'``: `Towards Impartial Multi-task Learning
      <https://openreview.net/forum?id=IMPnRXEWpvr>`_;
    - ``'Krum'``: `Machine Learning with Adversaries
      <https://proceedings.neurips.cc/paper/2017/file/f4b9ec30ad9f68f89b29639786cb62ef-Paper.pdf>`_;
      ``n_byzantine=0``, ``n_selected=1``; from three tasks on;
    - ``'MGDA'``: `Multi-Task Learning as Multi-Objective Optimization
      <https://arxiv.org/abs/1810.04650>`_; ``epsilon=1e-3``, ``max_iters=100``;
    - ``'Nash-MTL'``: `Multi-Task Learning as a Bargaining Game
      <https://arxiv.org/abs/2202.01017>`_; ``max_norm=1.0``, ``optim_niter=20``;
    - ``'PCD'``: `Not All Objectives Are Born Equal: Priority-Constrained Descent
      <https://arxiv.org/abs/2606.29521>`_; ``primary`` (the first task), ``tau=0.02``,
      ``beta=0.999``, ``eps=0``;
    - ``'PCGrad'``: `Gradient Surgery for Multi-Task Learning
      <https://arxiv.org/abs/2001.06782>`_;
    - ``'UPGrad'``: of the paper first named; ``preference``, ``reg_eps=1e-4``.

    What differs from TorchJD: gradients are measured in units of their root mean square norm (not
    for PCD, whose averages span steps), because small constants inside of some methods would
    otherwise drown small gradients; and what a method remembers or draws at random is the same on
    all processes, saved with the model and unaffected by other random numbers. ``preference`` is
    given by task, ``dict(seg=2, depth=1)``.

    Args:
        tasks: Names of the tasks.
        method: Name of the method, as above.
        wrt: ``'parameters'``, the default, or ``'features'``, see :class:`GradientLossWeighting`.
        every_n_iters: Number of training iterations from one computation of the weights to the
            next. Defaults to 1.
        method_args: The method's own arguments, as above. Defaults to none.
        scale: ``'tasks'``, the default: the weights add up to the number of weighed tasks, as with
            equal weighting, so that learning rates can be compared. ``'method'``: as the method
            gives them; most add up to about 1.
        smoothing: :math:`\alpha` of CR-MOGM, `On the Convergence of Stochastic Multi-Objective
            Gradient Manipulation and Beyond <https://openreview.net/forum?id=ScwfQ7hdwyP>`_: the
            weights become :math:`\alpha \lambda^{(t-1)} + (1 - \alpha) \lambda`, beginning with
            :math:`\lambda^{(0)} = 1`. In [0, 1). Defaults to 0, none.
        seed: Of the methods that draw at random (PCGrad, GradVac). Defaults to 0.
        over: ``'batch'``, the default, or ``'round'``, see :class:`GradientLossWeighting`.

    Raises:
        ValueError: If the method is unknown or not supported, an argument is wrong, or a package
            is missing.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        method: str,
        wrt: str = 'parameters',
        every_n_iters: int = 1,
        method_args: Mapping[str, Any] | None = None,
        scale: str = 'tasks',
        smoothing: float = 0.0,
        seed: int = 0,
        over: str = 'batch',
    ) -> None:
        super().__init__(tasks, wrt, every_n_iters, over)
        if scale not in _SCALES:
            raise ValueError(f'scale: expected one of {_SCALES}, found {scale!r}.')
        if not 0 <= smoothing < 1:
            raise ValueError(f'smoothing: expected a number in [0, 1), found {smoothing}.')
        if seed < 0:
            raise ValueError(f'seed: expected a number >= 0, found {seed}.')
        self.method = build_gradient_method(method, self.tasks, method_args)
        self.method_name = method
        self.scale = scale
        self.smoothing = smoothing
        self.seed = seed
        for name, value in self.method.initial_state(len(self.tasks)).items():
            self.register_buffer(_STATE + name, value)

    def balance(self, gramian: Tensor, tasks: Sequence[str], batch: TaskLosses) -> Tensor:
        """Computes new weights.

        Args:
            gramian: Gramian of the unweighted losses' gradients, shape (K, K), float64, on the CPU.
            tasks: Names of the K tasks.
            batch: The losses of the batch.

        Returns:
            The weights, shape (K,).

        Raises:
            ValueError: If the method finds none.
        """
        if self.method.normalises:
            gramian = gramian / gramian.diagonal().mean()
        index = self.indices(tasks)
        state = self._state_of(index)
        with torch.random.fork_rng(devices=()):
            torch.default_generator.manual_seed(self._step_seed())
            weights = self.method(gramian, tasks, state)
        if self.scale == 'tasks':
            if not weights.sum() > 0:
                raise ValueError(f'{self.method_name} found the weights {weights.tolist()}')
            weights = weights * (len(tasks) / weights.sum())
        if not weights.isfinite().all():
            raise ValueError(f'{self.method_name} found the weights {weights.tolist()}')
        self._remember(state, index)
        return torch.lerp(weights, self.on_host('weights')[index].to(weights), self.smoothing)

    def _step_seed(self) -> int:
        words = np.random.SeedSequence([self.seed, int(self.on_host('iterations'))]).generate_state(
            1
        )
        return int(words[0])

    def _state_of(self, index: Sequence[int]) -> State:
        """Cuts the state of some tasks out of that of all."""
        return {
            name.removeprefix(_STATE): self.on_host(name)[_grid(index, value)].clone()
            for name, value in self.named_buffers(recurse=False)
            if name.startswith(_STATE)
        }

    def _remember(self, state: State, index: Sequence[int]) -> None:
        for name, value in state.items():
            whole = self.on_host(_STATE + name).clone()
            whole[_grid(index, whole)] = value.to(whole)
            self.set_from_host(_STATE + name, whole)


def _grid(index: Sequence[int], value: Tensor) -> tuple:
    """Indices of the same entries in every dimension."""
    return np.ix_(*[index] * value.ndim) if value.ndim else ()
