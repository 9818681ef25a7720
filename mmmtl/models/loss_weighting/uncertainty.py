from __future__ import annotations

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.loss_weighting.base import BaseLossWeighting, TaskLosses
from mmmtl.tasks import Tasks, build_tasks

_FORMS = ('symmetric', 'kendall')


@MODELS.register_module()
class UncertaintyWeighting(BaseLossWeighting):
    r"""Learns the weights from each task's homoscedastic uncertainty.

    `Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics
    <https://arxiv.org/abs/1705.07115>`_. With :math:`s_i = \log \sigma_i^2` learned,

    .. math::
        L = \sum_i \frac{L_i}{c_i \exp(s_i)} + \frac{s_i}{2}

    - :math:`c_i`: 2 for every task in the form ``'symmetric'``, that of the MTAN paper; in the form
      ``'kendall'`` (equations 7 and 10) 2 for regression and 1 for classification.

    Args:
        tasks: The tasks by name; or their names, which the form ``'kendall'`` looks up.
        form: ``'symmetric'`` or ``'kendall'``. Defaults to ``'symmetric'``.
        initial_log_variance: :math:`s_i` at the start. Defaults to -0.5.
    """

    def __init__(
        self,
        tasks: Tasks,
        form: str = 'symmetric',
        initial_log_variance: float = -0.5,
    ) -> None:
        super().__init__(tasks)
        if form not in _FORMS:
            raise ValueError(f'form: expected one of {_FORMS}, found {form!r}.')
        self.factors = dict.fromkeys(self.tasks, 2)
        if form == 'kendall':
            for name, task in build_tasks(tasks).items():
                self.factors[name] = 1 if task.is_classification else 2
        self.log_variance = nn.Parameter(
            torch.full((len(self.tasks),), float(initial_log_variance))
        )

    def compute_weights(self, batch: TaskLosses) -> dict[str, Tensor]:
        """Gives the weight of each task.

        Args:
            batch: The losses of a batch.

        Returns:
            ``exp(-s_i) / c_i`` for each task, with a gradient.
        """
        return {
            task: (-log_variance).exp() / self.factors[task]
            for task, log_variance in self.select(self.log_variance, batch).items()
        }

    def regulariser(self, batch: TaskLosses) -> Tensor:
        """Gives what keeps the variances from growing.

        Args:
            batch: The losses of a batch.

        Returns:
            The sum of ``s_i / 2`` over the tasks of the batch, a scalar.
        """
        return torch.stack(list(self.select(self.log_variance, batch).values())).sum() / 2
