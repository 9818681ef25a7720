from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.geometry import unit_vectors
from mmmtl.models.decode_heads.regression_head import RegressionHead

_SHORTEST = 1e-4
"""Length below which an output is divided by this number instead of its length. The gradient grows
as 1 / length: this bounds it, by a number that mixed precision can still scale."""


@MODELS.register_module()
class NormalHead(RegressionHead):
    """Predicts a direction per pixel, such as a surface normal: a unit vector.

    The three channels of the last convolution are divided by their norm, in float32. A vector
    shorter than 1e-4 is divided by 1e-4, so that its gradient is finite, at a zero vector too; in
    predictions it gets unit length as well.

    Arguments are those of :class:`RegressionHead`; the default loss is
    :class:`~mmmtl.models.losses.MaskedCosineLoss`.
    """

    own_channels = 3
    default_loss = dict(type='MaskedCosineLoss')

    def forward(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Predicts directions.

        Args:
            inputs: Feature maps, of which those of ``in_index`` are read.

        Returns:
            Unit vectors of shape (N, 3, h, w), in float32 at least.
        """
        vectors = super().forward(inputs)
        vectors = vectors.to(torch.promote_types(vectors.dtype, torch.float32))
        # By torch's norm, slow as it is on a CPU: rounded as in the authors' network, or ten steps
        # of Adam are enough for the two to drift apart.
        length = torch.linalg.vector_norm(vectors, dim=1, keepdim=True)
        return vectors / length.clamp(min=_SHORTEST)

    def normalise(self, output: Tensor) -> Tensor:
        """Gives interpolated directions unit length again, with the bounded gradient of the output.

        Args:
            output: Shape (N, 3, H, W).

        Returns:
            Unit vectors of the same shape.
        """
        return unit_vectors(output, dim=1, shortest=_SHORTEST)
