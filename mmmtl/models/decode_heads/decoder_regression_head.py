from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.compat.scope import registry_scope


@MODELS.register_module()
class DecoderRegressionHead(BaseModule):
    """Predicts real numbers from what a decode head of mmseg computes before its classes.

    A decode head of mmseg, such as UPerHead or DepthwiseSeparableASPPHead, is a decoder that ends
    in one convolution 1x1 to the classes. Here that convolution and the dropout before it are left
    out, and a head of this package reads the decoder's features: each task then has a decoder of
    the same kind on the shared features, the usual baseline of the field (`Multi-Task Learning for
    Dense Prediction Tasks: A Survey <https://arxiv.org/abs/2004.13379>`_).

    .. code:: text

        forward(): decoder() -> head(), the call chain is that of mmseg's heads

    Args:
        decoder: Config of a decode head of mmseg whose ``forward()`` ends with its ``conv_seg``.
            ``num_classes`` is not needed and not read, nor are its losses.
        head: Config of the last layers, such as ``dict(type='DepthHead')`` or
            ``dict(type='NormalHead')``. Its channels are the decoder's; ``num_convs`` defaults to
            0 here: only the convolution 1x1.

    Raises:
        ValueError: If the decoder has no ``conv_seg`` to leave out.
    """

    @registry_scope()
    def __init__(self, decoder: dict, head: dict) -> None:
        super().__init__()
        self.decoder: Any = MODELS.build({**decoder, 'num_classes': decoder.get('channels', 2)})
        if not isinstance(getattr(self.decoder, 'conv_seg', None), nn.Module):
            raise ValueError(
                f'decoder: expected a decode head with a last convolution conv_seg, '
                f'found {type(self.decoder).__name__}, which has none.'
            )
        self.decoder.conv_seg = nn.Identity()
        self.decoder.dropout = nn.Identity()  # the head has its own
        channels = self.decoder.channels
        shared = dict(
            in_channels=channels,
            channels=channels,
            num_convs=0,
            align_corners=self.decoder.align_corners,
        )
        self.head: Any = MODELS.build({**shared, **head})

    loss = BaseDecodeHead.loss
    predict = BaseDecodeHead.predict

    def forward(self, inputs: Any) -> Tensor:
        """Predicts.

        Args:
            inputs: What the decoder reads, usually a tuple of feature maps.

        Returns:
            The head's output, shape (N, C, h, w).

        Raises:
            ValueError: If the decoder gives several outputs.
        """
        features = self.decoder(inputs)
        if not isinstance(features, Tensor):
            raise ValueError(
                f'decoder: expected one feature map, found that {type(self.decoder).__name__} '
                f'gives {len(features)} outputs. Use a head without a decoder, such as DepthHead.'
            )
        return self.head((features,))

    def loss_by_feat(
        self, output: Tensor, batch_data_samples: list[SegDataSample]
    ) -> dict[str, Tensor]:
        """Computes the losses over the valid pixels.

        Args:
            output: Output of :meth:`forward`, shape (N, C, h, w).
            batch_data_samples: The labels, of shape (C, H, W) each.

        Returns:
            The losses by their names.
        """
        return self.head.loss_by_feat(output, batch_data_samples)

    def predict_by_feat(self, output: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """Resizes an output to the size of the input images.

        Args:
            output: Output of :meth:`forward`, shape (N, C, h, w).
            batch_img_metas: Meta information of each image.

        Returns:
            A tensor of shape (N, C, H, W).
        """
        return self.head.predict_by_feat(output, batch_img_metas)

    @property
    def align_corners(self) -> bool:
        """bool: For bilinear resizing of the prediction."""
        return self.head.align_corners
