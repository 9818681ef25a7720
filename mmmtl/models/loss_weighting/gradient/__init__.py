"""Loss weightings that look at the gradients of the tasks' losses."""

from mmmtl.models.loss_weighting.gradient.gradient_weighting import GradientWeighting
from mmmtl.models.loss_weighting.gradient.gradnorm import GradNorm

__all__ = ['GradNorm', 'GradientWeighting']
