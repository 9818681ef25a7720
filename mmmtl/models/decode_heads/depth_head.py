from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.models.decode_heads import FCNHead
from mmseg.models.utils import resize
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.tasks import DEPTH, Quantity, get_task


@MODELS.register_module()
class DepthHead(FCNHead):
    """Predicts one number per pixel, such as a depth, without a final activation.

    The call chain is that of mmseg's heads, ``loss(): forward() -> loss_by_feat()`` and
    ``predict(): forward() -> predict_by_feat()``. The defaults are the head of `End-to-End
    Multi-Task Learning with Attention <https://arxiv.org/abs/1803.10704>`_: a convolution 3x3 with
    bias, and a convolution 1x1 to one channel.

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
            such. Defaults to :class:`~mmmtl.models.losses.MaskedL1Loss`.
        align_corners: For bilinear resizing of the prediction. Defaults to False.
        task: Task whose labels are learned, of scalar quantity. Defaults to ``'depth'``.
        init_cfg: Initialisation. Defaults to the paper's, Xavier normal.
    """

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
        loss_decode: dict | Sequence[dict] = dict(type='MaskedL1Loss'),  # noqa: B006  (only read)
        align_corners: bool = False,
        task: str = DEPTH.name,
        init_cfg: dict | Sequence[dict] | None = dict(  # noqa: B006  (only read)
            type='Xavier', layer='Conv2d', distribution='normal'
        ),
    ) -> None:
        super().__init__(
            num_convs=num_convs,
            kernel_size=kernel_size,
            concat_input=False,
            dilation=dilation,
            in_channels=in_channels,
            channels=channels,
            num_classes=1,
            threshold=0.0,  # never used: it only keeps mmseg from warning about binary segmentation
            dropout_ratio=dropout_ratio,
            norm_cfg=norm_cfg,
            act_cfg=act_cfg,
            in_index=in_index,
            input_transform=input_transform,
            loss_decode=loss_decode,
            align_corners=align_corners,
            init_cfg=init_cfg,
        )
        if get_task(task).quantity is not Quantity.SCALAR:
            raise ValueError(f'task: expected a task of one number per pixel, found {task!r}.')
        self.task = task

    def loss_by_feat(
        self, depth: Tensor, batch_data_samples: list[SegDataSample]
    ) -> dict[str, Tensor]:
        """Computes the losses over the valid pixels.

        Args:
            depth: Output of :meth:`forward`, shape (N, 1, h, w).
            batch_data_samples: The labels, of shape (1, H, W) each.

        Returns:
            The losses by their names.
        """
        task = get_task(self.task)
        label = torch.stack([getattr(s, task.gt_field).data for s in batch_data_samples])
        depth = resize(
            depth, size=label.shape[2:], mode='bilinear', align_corners=self.align_corners
        )
        valid = task.valid_mask(label)
        losses: dict[str, Tensor] = {}
        for loss in self.losses_decode:
            value = loss(depth, label, valid)
            losses[loss.loss_name] = losses.get(loss.loss_name, 0) + value
        return losses

    @property
    def losses_decode(self) -> Sequence:
        """Sequence[nn.Module]: The losses, however many there are."""
        many = isinstance(self.loss_decode, torch.nn.ModuleList)
        return self.loss_decode if many else [self.loss_decode]
