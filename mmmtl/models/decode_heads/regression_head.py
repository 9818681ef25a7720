from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
import torch.nn.functional as F
from mmseg.models.decode_heads import FCNHead
from mmseg.models.utils import resize
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.compat.scope import registry_scope


class RegressionHead(FCNHead):
    """Base of the heads that predict real numbers instead of classes.

    The call chain is that of mmseg's heads, ``loss(): forward() -> loss_by_feat()`` and
    ``predict(): forward() -> predict_by_feat()``. The defaults are the head of `End-to-End
    Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`__: a convolution 3x3 with
    bias, and a convolution 1x1 to the channels of the task's label. Subclasses state
    what they predict in the class attributes.

    The label of an image is ``gt_map`` (C, H, W) of its sample, and its valid pixels are
    ``gt_valid`` (1, H, W), as the task gives them (:meth:`mmmtl.tasks.Task.head_label`): a head
    knows no task.

    Args:
        in_channels: Channels of the input, or of each input with ``input_transform``.
        channels: Channels before the last convolution.
        num_convs: Convolutions before the last. Defaults to 1.
        kernel_size: Kernel size of these. Defaults to 3.
        dilation: Dilation of these. Defaults to 1.
        norm_cfg: Config of their normalisation. Defaults to none.
        act_cfg: Config of their activation. Defaults to none.
        dropout_ratio: Dropout before the last convolution. Defaults to 0.
        in_index: Which of the features are read. Defaults to -1, the last.
        input_transform: How several inputs are joined, as in mmseg. Defaults to not at all.
        loss_decode: Config of the loss, called as ``loss(prediction, label, valid)``, or a list of
            such. Defaults to :attr:`default_loss`.
        align_corners: For bilinear resizing of the prediction. Defaults to False.
        out_channels: Channels of the prediction; the segmentor fills in those of the task.
            Defaults to :attr:`own_channels`.
        value_range: Smallest and largest value that the head can predict: a sigmoid between the
            two, or with None as the largest a softplus above the smallest. Defaults to None: any
            value.
        init_cfg: Initialisation. Defaults to the paper's, Xavier normal.

    Raises:
        ValueError: If the head cannot predict so many channels, or the range is empty.
    """

    own_channels: ClassVar[int | None]
    """Channels that the head predicts; None for any number."""

    gives_logits: ClassVar[bool] = False
    """Whether the output is the logit of a probability rather than the number itself."""

    is_dense: ClassVar[bool] = True
    """Whether each pixel has an output; else the whole image has one, a map of a single pixel."""

    default_loss: ClassVar[dict]
    """Config of the loss if no other is given."""

    @registry_scope()
    def __init__(
        self,
        in_channels: int | Sequence[int],
        channels: int,
        num_convs: int = 1,
        kernel_size: int = 3,
        dilation: int = 1,
        norm_cfg: dict | None = None,
        act_cfg: dict | None = None,
        dropout_ratio: float = 0.0,
        in_index: int | Sequence[int] = -1,
        input_transform: str | None = None,
        loss_decode: dict | Sequence[dict] | None = None,
        align_corners: bool = False,
        out_channels: int | None = None,
        value_range: Sequence[float | None] | None = None,
        init_cfg: dict | Sequence[dict] | None = dict(  # noqa: B006  (only read)
            type='Xavier', layer='Conv2d', distribution='normal'
        ),
    ) -> None:
        predicted = self._checked_channels(out_channels)
        super().__init__(
            num_convs=num_convs,
            kernel_size=kernel_size,
            concat_input=False,
            dilation=dilation,
            in_channels=in_channels,
            channels=channels,
            num_classes=predicted,
            threshold=0.0,  # never used: it only keeps mmseg from warning about binary segmentation
            dropout_ratio=dropout_ratio,
            norm_cfg=norm_cfg,
            act_cfg=act_cfg,
            in_index=in_index,
            input_transform=input_transform,
            loss_decode=dict(self.default_loss) if loss_decode is None else loss_decode,
            align_corners=align_corners,
            init_cfg=init_cfg,
        )
        self.value_range = _checked_range(value_range)

    def forward(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Predicts.

        Args:
            inputs: Feature maps, of which those of ``in_index`` are read.

        Returns:
            A tensor of shape (N, C, h, w).
        """
        output = super().forward(inputs)
        if self.value_range is None:
            return output
        low, high = self.value_range
        return low + (F.softplus(output) if high is None else output.sigmoid() * (high - low))

    def loss_by_feat(
        self, output: Tensor, batch_data_samples: list[SegDataSample]
    ) -> dict[str, Tensor]:
        """Computes the losses over the valid pixels.

        Args:
            output: Output of :meth:`forward`, shape (N, C, h, w).
            batch_data_samples: The labels, ``gt_map`` (C, H, W) and ``gt_valid`` (1, H, W) each.

        Returns:
            The losses by their names.
        """
        label = torch.stack([sample.gt_map.data for sample in batch_data_samples])
        valid = torch.stack([sample.gt_valid.data for sample in batch_data_samples])
        prediction = self.resize_output(output, label.shape[2:])
        losses: dict[str, Tensor] = {}
        for loss in self.losses_decode:
            value = loss(prediction, label, valid)
            losses[loss.loss_name] = losses.get(loss.loss_name, 0) + value
        return losses

    def resize_output(self, output: Tensor, size: tuple[int, ...]) -> Tensor:
        """Brings an output to the size of the label or the image, if it has another one.

        Args:
            output: Shape (N, C, h, w).
            size: Height and width.

        Returns:
            A tensor of shape (N, C, height, width), valid for the task.
        """
        if output.shape[2:] == size:
            return output
        resized = resize(output, size=size, mode='bilinear', align_corners=self.align_corners)
        return self.normalise(resized)

    def normalise(self, output: Tensor) -> Tensor:
        """Makes an interpolated output valid again.

        Args:
            output: Shape (N, C, H, W).

        Returns:
            A tensor of the same shape.
        """
        return output

    def _transform_inputs(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Selects the inputs; backbones such as DDRNet give a single map outside training."""
        return inputs if isinstance(inputs, Tensor) else super()._transform_inputs(inputs)

    @property
    def losses_decode(self) -> Sequence:
        """Sequence[torch.nn.Module]: The losses, however many there are."""
        many = isinstance(self.loss_decode, torch.nn.ModuleList)
        return self.loss_decode if many else [self.loss_decode]

    @classmethod
    def _checked_channels(cls, out_channels: int | None) -> int:
        channels = cls.own_channels if out_channels is None else out_channels
        if channels is None:
            raise ValueError(f'out_channels: expected a number for {cls.__name__}, found none.')
        if cls.own_channels not in (None, channels):
            raise ValueError(
                f'out_channels: {cls.__name__} predicts {cls.own_channels} per pixel, '
                f'found {channels}.'
            )
        return channels


def _checked_range(
    value_range: Sequence[float | None] | None,
) -> tuple[float, float | None] | None:
    if value_range is None:
        return None
    low, high = value_range if len(value_range) == 2 else (None, None)
    if low is None or (high is not None and not low < high):
        raise ValueError(
            'value_range: expected the smallest and the largest value, or None as the largest, '
            f'found {tuple(value_range)}.'
        )
    return low, high
