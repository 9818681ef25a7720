from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.decode_heads.regression_head import RegressionHead


@MODELS.register_module()
class ImageClassHead(RegressionHead):
    """Predicts one class for the whole image: a linear layer on the mean of the feature map.

    .. code:: text

        features (N, F, h, w) -> [convolutions] -> mean (N, F, 1, 1) -> logits (N, C, 1, 1)

    Args:
        in_channels: See :class:`RegressionHead`.
        channels: Channels after the convolutions. Defaults to None: those of the features.
        num_convs: Convolutions before the mean is taken. Defaults to 0.
        mean_over: Height and width, in pixels of the feature map, of its upper left part that the
            mean is over. Defaults to None: the whole map. The MTAN authors' program
            (https://github.com/lorenmt/mtan) pools 8x8 of the 9x9 features of an image of 72x72,
            ``(8, 8)``.
        norm_cfg: Config of their normalisation. Defaults to none.
        act_cfg: Config of their activation. Defaults to none.
        dropout_ratio: Dropout before the linear layer. Defaults to 0.
        in_index: Which of the features are read. Defaults to -1, the last.
        input_transform: How several inputs are joined, as in mmseg. Defaults to not at all.
        loss_decode: Config of the loss, or a list of such. Defaults to
            :class:`~mmmtl.models.losses.ClassProbabilityLoss`.
        align_corners: For bilinear resizing of inputs that are joined. Defaults to False.
        out_channels: Number of classes; the segmentor fills in that of the task.
        init_cfg: Initialisation. Defaults to Xavier normal.

    Raises:
        ValueError: If the channels or ``mean_over`` cannot be, or a feature map is smaller.
    """

    own_channels = None
    gives_logits = True
    is_dense = False
    default_loss = dict(type='ClassProbabilityLoss')

    def __init__(
        self,
        in_channels: int | Sequence[int],
        channels: int | None = None,
        num_convs: int = 0,
        mean_over: tuple[int, int] | None = None,
        norm_cfg: dict | None = None,
        act_cfg: dict | None = None,
        dropout_ratio: float = 0.0,
        in_index: int | Sequence[int] = -1,
        input_transform: str | None = None,
        loss_decode: dict | Sequence[dict] | None = None,
        align_corners: bool = False,
        out_channels: int | None = None,
        init_cfg: dict | Sequence[dict] | None = dict(  # noqa: B006  (only read)
            type='Xavier', layer='Conv2d', distribution='normal'
        ),
    ) -> None:
        read = in_channels if isinstance(in_channels, int) else sum(in_channels)
        channels = read if channels is None else channels
        if num_convs == 0 and channels != read:
            raise ValueError(
                f'channels: expected {read}, those of the features, as no convolution changes '
                f'them (num_convs=0), found {channels}.'
            )
        if mean_over is not None and (len(mean_over) != 2 or min(mean_over) < 1):
            raise ValueError(f'mean_over: expected height and width from 1, found {mean_over}.')
        super().__init__(
            in_channels,
            channels,
            num_convs=num_convs,
            norm_cfg=norm_cfg,
            act_cfg=act_cfg,
            dropout_ratio=dropout_ratio,
            in_index=in_index,
            input_transform=input_transform,
            loss_decode=loss_decode,
            align_corners=align_corners,
            out_channels=out_channels,
            init_cfg=init_cfg,
        )
        self.mean_over = mean_over

    def predict_by_feat(self, output: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """Gives the output as it is: the size of the image means nothing to it.

        Args:
            output: Logits, shape (N, C, 1, 1).
            batch_img_metas: Not read.

        Returns:
            The same.
        """
        return output

    def _forward_feature(self, inputs: Any) -> Tensor:
        features = super()._forward_feature(inputs)
        if self.mean_over is not None:
            height, width = self.mean_over
            if features.shape[2] < height or features.shape[3] < width:
                raise ValueError(
                    f'mean_over: expected at most the size of the feature map, '
                    f'{tuple(features.shape[2:])}, found {tuple(self.mean_over)}.'
                )
            features = features[..., :height, :width]
        return features.mean(dim=(2, 3), keepdim=True)
