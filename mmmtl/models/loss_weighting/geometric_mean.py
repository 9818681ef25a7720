from __future__ import annotations

from collections.abc import Sequence

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.loss_weighting.scalarised import ScalarisedWeighting
from mmmtl.models.loss_weighting.torchjd_extra import import_torchjd


@MODELS.register_module()
class GeometricMeanWeighting(ScalarisedWeighting):
    r"""Minimises the geometric mean of the losses, whatever their scales (GLS).

    `MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss Strategy for Multi-Task
    Learning <https://arxiv.org/abs/1904.08492>`_.

    .. math::
        f = \Big( \prod_{i=1}^n (L_i + \epsilon) \Big)^{1/n}, \qquad
        \lambda_i = \frac{f}{n (L_i + \epsilon)}

    - :math:`n`: the number of tasks that are compared;
    - :math:`\epsilon`: keeps the weight of a loss of 0 finite.

    The mean is TorchJD's (extra ``jd``), which refuses negative losses.

    Args:
        tasks: Names of the tasks.
        eps: :math:`\epsilon`, more than 0. Defaults to 1e-8.
        over: ``'batch'``, the default, or ``'round'``, see :class:`ScalarisedWeighting`.

    Raises:
        ValueError: If ``eps`` is not positive, ``over`` is neither, or TorchJD is missing.
    """

    def __init__(self, tasks: Sequence[str], eps: float = 1e-8, over: str = 'batch') -> None:
        super().__init__(tasks, over)
        if not eps > 0:
            raise ValueError(f'eps: expected a number > 0, found {eps}.')
        self.eps = eps
        self._mean = import_torchjd('scalarization', type(self).__name__).GeometricMean()

    def scalarise(self, losses: Tensor, tasks: Sequence[int]) -> Tensor:
        """Computes the geometric mean.

        Args:
            losses: Losses of the tasks that are compared, shape (n,), float64.
            tasks: Indices of these tasks among those of the weighting.

        Returns:
            A scalar with a graph.
        """
        return self._mean(losses + self.eps)
