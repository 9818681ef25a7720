from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from mmseg.models.decode_heads import FCNHead
from mmseg.models.utils import resize
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import Quantity, get_task

_PIXELS = {Quantity.SCALAR: 'number', Quantity.DIRECTION: 'direction'}


class RegressionHead(FCNHead):
    """Base of the heads that predict real numbers instead of classes.

    The call chain is that of mmseg's heads, ``loss(): forward() -> loss_by_feat()`` and
    ``predict(): forward() -> predict_by_feat()``. The defaults are the head of `End-to-End
    Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`_: a convolution 3x3 with
    bias, and a convolution 1x1 to the channels of the task's label. Subclasses state
    what they predict in the class attributes.

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
        task: Task whose labels are learned. Defaults to :attr:`default_task`.
        init_cfg: Initialisation. Defaults to the paper's, Xavier normal.

    Raises:
        ValueError: If the task does not predict what this head does.
    """

    quantity: ClassVar[Quantity]
    """What one pixel of the head's task must be."""

    default_task: ClassVar[str]
    """Name of the task that the head learns if no other is given."""

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
        task: str | None = None,
        init_cfg: dict | Sequence[dict] | None = dict(  # noqa: B006  (only read)
            type='Xavier', layer='Conv2d', distribution='normal'
        ),
    ) -> None:
        self.task = self.default_task if task is None else task
        if get_task(self.task).quantity is not self.quantity:
            raise ValueError(
                f'task: expected a task of one {_PIXELS[self.quantity]} per pixel, found {task!r}.'
            )
        super().__init__(
            num_convs=num_convs,
            kernel_size=kernel_size,
            concat_input=False,
            dilation=dilation,
            in_channels=in_channels,
            channels=channels,
            num_classes=get_task(self.task).label_channels,
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
        task = get_task(self.task)
        label = torch.stack([getattr(s, task.gt_field).data for s in batch_data_samples])
        prediction = self.resize_output(output, label.shape[2:])
        valid = task.valid_mask(label)
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
        """Makes an interpolated output valid for the task again.

        Args:
            output: Shape (N, C, H, W).

        Returns:
            A tensor of the same shape.
        """
        return get_task(self.task).normalise(output)

    def _transform_inputs(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Selects the inputs; backbones such as DDRNet give a single map outside training."""
        return inputs if isinstance(inputs, Tensor) else super()._transform_inputs(inputs)

    @property
    def losses_decode(self) -> Sequence:
        """Sequence[nn.Module]: The losses, however many there are."""
        many = isinstance(self.loss_decode, torch.nn.ModuleList)
        return self.loss_decode if many else [self.loss_decode]
