from __future__ import annotations

from mmseg.registry import MODELS

from mmmtl.models.decode_heads.regression_head import RegressionHead


@MODELS.register_module()
class VectorHead(RegressionHead):
    """Predicts several numbers per pixel, such as an albedo or a flow.

    Arguments are those of :class:`RegressionHead`; the default loss is
    :class:`~mmmtl.models.losses.MaskedL1Loss`.
    """

    own_channels = None
    default_loss = dict(type='MaskedL1Loss')
