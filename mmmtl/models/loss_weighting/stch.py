from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.graph import rows
from mmmtl.models.loss_weighting.scalarised import ScalarisedWeighting
from mmmtl.models.loss_weighting.torchjd_extra import import_torchjd


@MODELS.register_module()
class STCHWeighting(ScalarisedWeighting):
    r"""Minimises a smooth maximum of the losses: the worst task counts most.

    `Smooth Tchebycheff Scalarization for Multi-Objective Optimization
    <https://arxiv.org/abs/2402.19078>`_.

    .. math::
        f = \mu \log \sum_i \exp\Big(\frac{p_i (L_i - z_i)}{\mu}\Big), \qquad
        \lambda_i = p_i \, \mathrm{softmax}_i\Big(\frac{p_i (L_i - z_i)}{\mu}\Big)

    - :math:`\mu`: how smooth; near 0 it is the maximum alone;
    - :math:`p_i`: the preference for the task, :math:`1/K` unless given;
    - :math:`z_i`: the best loss that the task could reach (ideal point), 0 unless given.

    Losses are compared as they are: for losses of different scales choose preferences that bring
    them together. The sum is TorchJD's (extra ``jd``); here preference and ideal point are buffers,
    of which a batch that lacks a task uses the others' part.

    Args:
        tasks: Names of the tasks.
        mu: :math:`\mu`, more than 0. The paper tries 0.01, 0.1, 0.5 and 1. Defaults to 1.
        preference: :math:`p_i`, more than 0, such as ``dict(seg=0.3, depth=0.7)``. Defaults to
            :math:`1/K` for each of K tasks.
        ideal: :math:`z_i`. Defaults to 0 for each task.
        over: ``'batch'``, the default, or ``'round'``, see :class:`ScalarisedWeighting`.

    Raises:
        ValueError: If a number is out of its range, or of no task, or missing for a task, or
            TorchJD is missing.
    """

    preference: Tensor
    ideal: Tensor

    def __init__(
        self,
        tasks: Sequence[str],
        mu: float = 1.0,
        preference: Mapping[str, float] | None = None,
        ideal: Mapping[str, float] | None = None,
        over: str = 'batch',
    ) -> None:
        super().__init__(tasks, over)
        if not mu > 0:
            raise ValueError(f'mu: expected a number > 0, found {mu}.')
        self.mu = mu
        self._stch = import_torchjd('scalarization', type(self).__name__).STCH
        count = len(self.tasks)
        self.register_buffer('preference', self._by_task('preference', preference, 1 / count))
        self.register_buffer('ideal', self._by_task('ideal', ideal, 0.0))
        if not (self.preference > 0).all():
            raise ValueError(f'preference: expected numbers > 0, found {preference}.')

    def scalarise(self, losses: Tensor, tasks: Sequence[int]) -> Tensor:
        """Computes the smooth maximum.

        Args:
            losses: Losses of the tasks that are compared, shape (n,), float64.
            tasks: Indices of these tasks among those of the weighting.

        Returns:
            A scalar with a graph.
        """
        preference, ideal = rows(self.preference, tasks), rows(self.ideal, tasks)
        return self._stch(self.mu, preference, ideal)(losses)

    def _by_task(self, name: str, given: Mapping[str, float] | None, default: float) -> Tensor:
        if given is None:
            given = dict.fromkeys(self.tasks, default)
        if set(given) != set(self.tasks):
            raise ValueError(
                f'{name}: expected one number for each of the tasks {list(self.tasks)}, '
                f'found {dict(given)}.'
            )
        return torch.tensor([float(given[task]) for task in self.tasks], dtype=torch.float64)
