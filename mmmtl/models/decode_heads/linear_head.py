from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmcv.cnn import build_norm_layer
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.registry import MODELS
from torch import Tensor


@MODELS.register_module()
class LinearHead(BaseDecodeHead):
    """A linear probe: batch normalisation and a convolution 1x1.

    The head that `DINOv2 <https://arxiv.org/abs/2304.07193>`_ (section 7.4) trains on frozen
    features. For a task of numbers it is the decoder of a
    :class:`~mmmtl.models.decode_heads.DecoderRegressionHead`::

        depth=dict(
            type='DecoderRegressionHead',
            decoder=dict(type='LinearHead', in_channels=384),
            head=dict(type='DepthHead'),
        )

    Args:
        in_channels: Channels of the map that is read, or of each.
        num_classes: Number of classes; the segmentor fills in that of the task.
        channels: Channels of the maps that are read together. Need not be said.
        in_index: Which of the features are read; several are joined at the size of the first.
            Defaults to the last, or to as many as there are ``in_channels``.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        dropout_ratio: Dropout before the convolution. Defaults to 0.
        loss_decode: Config of the loss, or a list of such. Defaults to the cross entropy, averaged
            over the pixels that have a label.
        align_corners: For bilinear resizing. Defaults to False.
        ignore_index: Id of pixels without a label. Defaults to 255.
        init_cfg: Initialisation. Defaults to a normal distribution of deviation 0.01, as in mmseg.

    Raises:
        ValueError: If ``channels`` are other than those of the maps.
    """

    def __init__(
        self,
        in_channels: int | Sequence[int],
        num_classes: int,
        channels: int | None = None,
        in_index: int | Sequence[int] | None = None,
        norm_cfg: dict | None = None,
        dropout_ratio: float = 0.0,
        loss_decode: dict | Sequence[dict] | None = None,
        align_corners: bool = False,
        ignore_index: int = 255,
        init_cfg: dict | list[dict] | None = dict(  # noqa: B006  (only read)
            type='Normal', std=0.01, override=dict(name='conv_seg')
        ),
    ) -> None:
        widths = [in_channels] if isinstance(in_channels, int) else list(in_channels)
        several, width = not isinstance(in_channels, int), sum(widths)
        if channels not in (None, width):
            raise ValueError(
                f'channels: expected {width}, those of the features, found {channels}; leave it '
                'out.'
            )
        if in_index is None:
            in_index = list(range(len(widths))) if several else -1
        super().__init__(
            in_channels=in_channels,
            channels=width,
            num_classes=num_classes,
            in_index=in_index,
            input_transform='resize_concat' if several else None,
            dropout_ratio=dropout_ratio,
            norm_cfg=norm_cfg or dict(type='BN'),
            loss_decode=loss_decode or dict(type='CrossEntropyLoss', avg_non_ignore=True),
            align_corners=align_corners,
            ignore_index=ignore_index,
            init_cfg=init_cfg,
        )
        self.norm = build_norm_layer(self.norm_cfg, width)[1]

    def forward(self, inputs: Any) -> Tensor:
        """Predicts.

        Args:
            inputs: Feature maps, of which those of ``in_index`` are read.

        Returns:
            Logits of shape (N, num_classes, h, w).
        """
        return self.cls_seg(self.norm(self._transform_inputs(inputs)))
