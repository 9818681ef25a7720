"""Gradient methods that remember something; their state is kept by whoever uses them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torchjd.aggregation import GradVacWeighting, NashMTL, PCDWeighting

from mmmtl.models.loss_weighting.gradient.method import GradientMethod, State, factor

_SOLVED = 1e-2
"""Relative error with which an equation counts as solved."""


class GradVacMethod(GradientMethod):
    """Gradient Vaccine, which remembers the usual similarity of each pair of gradients.

    Args:
        beta: Decay of the moving average of the cosines, in [0, 1].
        eps: Added to denominators, at least 0.
    """

    def __init__(self, beta: float, eps: float) -> None:
        self.weighting: Any = GradVacWeighting(beta=beta, eps=eps)
        super().__init__(self.weighting)

    def initial_state(self, count: int) -> State:
        """Gives the cosines' averages before the first batch: 0; see the base."""
        return {'cosines': torch.zeros(count, count, dtype=torch.float64)}

    def weigh(self, gramian: Tensor, tasks: Sequence[str], state: State) -> Tensor:
        """Computes the weights; see the base."""
        weighting = self.weighting
        weighting._phi_t = state['cosines'].clone()
        weighting._state_key = (len(tasks), gramian.dtype)  # of another size it would start anew
        weights = self.rule(gramian)
        state['cosines'] = weighting._phi_t
        return weights


class PCDMethod(GradientMethod):
    """Priority-Constrained Descent, which remembers the usual norm of each gradient.

    Args:
        primary: Name of the task with priority.
        tau: Share of its own progress that every other task is granted, in [0, 1].
        beta: Decay of the moving average of the squared norms, in [0, 1).
        eps: Added to that average, at least 0.
    """

    normalises = False

    def __init__(self, primary: str, tau: float, beta: float, eps: float) -> None:
        self.primary = primary
        self.weighting: Any = PCDWeighting(tau=tau, beta=beta, eps=eps)
        super().__init__(self.weighting)

    def initial_state(self, count: int) -> State:
        """Gives the norms' averages before the first batch, and the number of batches: 0."""
        return {
            'squared_norms': torch.zeros(count, dtype=torch.float64),
            'steps': torch.zeros((), dtype=torch.int64),
        }

    def weigh(self, gramian: Tensor, tasks: Sequence[str], state: State) -> Tensor:
        """Computes the weights; see the base.

        Raises:
            ValueError: If the primary task is not among the tasks.
        """
        if self.primary not in tasks:
            raise ValueError(f'the primary task {self.primary!r} is not among {list(tasks)}')
        first = tasks.index(self.primary)
        order = [first, *(index for index in range(len(tasks)) if index != first)]
        weighting = self.weighting
        weighting._sq_norm_ema = state['squared_norms'][order]
        weighting._n_steps = state['steps'].clone()
        weighting._state_key = len(tasks)  # of another size it would start anew
        weights = self.rule(gramian[order][:, order])
        back = torch.tensor(order).argsort()
        state['squared_norms'] = weighting._sq_norm_ema[back]
        state['steps'] = weighting._n_steps
        return weights[back]


class NashMTLMethod(GradientMethod):
    r"""Nash-MTL, whose solver starts from the solution of the last batch.

    TorchJD's solver gives that old solution once more when it fails, as the authors' does. Here the
    result is put into the equation to be solved, :math:`G \lambda = 1 / \lambda`, and if it does
    not solve it, the solver starts again from 1.

    Args:
        max_norm: Largest norm of the weighted sum of the gradients, in units of their root mean
            square norm; 0 for no limit.
        optim_niter: Iterations of the solver.
    """

    def __init__(self, max_norm: float, optim_niter: int) -> None:
        def new_solver(count: int) -> Any:
            return NashMTL(count, max_norm=max_norm, optim_niter=optim_niter).weighting

        super().__init__(new_solver(1))
        self.new_solver = new_solver
        self.solvers: dict[int, Any] = {}

    def initial_state(self, count: int) -> State:
        """Gives where the solver starts in the first batch: 1; see the base."""
        return {'solution': torch.ones(count, dtype=torch.float64)}

    def weigh(self, gramian: Tensor, tasks: Sequence[str], state: State) -> Tensor:
        """Computes the weights; see the base.

        Raises:
            ValueError: If the solver fails.
        """
        count = len(tasks)
        if count not in self.solvers:  # the problem that it solves has a fixed size
            self.solvers[count] = self.new_solver(count)
        solver = self.solvers[count]
        for start in (state['solution'], torch.ones_like(state['solution'])):
            solver.prvs_alpha = start.numpy()
            with warnings.catch_warnings():
                # cvxpy's remark that it cannot prepare TorchJD's problem for repeated solving
                warnings.filterwarnings('ignore', message='You are solving a parameterized problem')
                weights = solver(factor(gramian))
            solution = torch.tensor(solver.prvs_alpha, dtype=torch.float64)
            if ((gramian @ solution) * solution - 1).abs().max() < _SOLVED:
                state['solution'] = solution
                return weights
        raise ValueError('the solver of Nash-MTL failed')
