from __future__ import annotations

from mmseg.registry import MODELS

from mmmtl.models.decode_heads.regression_head import RegressionHead


@MODELS.register_module()
class DepthHead(RegressionHead):
    """Predicts one number per pixel, such as a depth.

    Arguments are those of :class:`RegressionHead`; the default loss is
    :class:`~mmmtl.models.losses.MaskedL1Loss`.
    """

    own_channels = 1
    default_loss = dict(type='MaskedL1Loss')
