from __future__ import annotations

from mmseg.registry import MODELS

from mmmtl.models.decode_heads.regression_head import RegressionHead
from mmmtl.tasks import DEPTH, Quantity


@MODELS.register_module()
class DepthHead(RegressionHead):
    """Predicts one number per pixel, such as a depth, without a final activation.

    Arguments are those of :class:`RegressionHead`; the default loss is
    :class:`~mmmtl.models.losses.MaskedL1Loss`.
    """

    quantity = Quantity.SCALAR
    default_task = DEPTH.name
    default_loss = dict(type='MaskedL1Loss')
