from __future__ import annotations

from mmseg.registry import MODELS

from mmmtl.models.decode_heads.regression_head import RegressionHead


@MODELS.register_module()
class BinaryHead(RegressionHead):
    """Predicts yes or no per pixel, such as edges: one logit.

    Arguments are those of :class:`RegressionHead`; the default loss is
    :class:`~mmmtl.models.losses.BinaryCrossEntropyLoss`.
    """

    own_channels = 1
    gives_logits = True
    default_loss = dict(type='BinaryCrossEntropyLoss')
