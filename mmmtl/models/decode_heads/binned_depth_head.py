from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmseg.models.decode_heads import FCNHead
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.decode_heads.regression_head import RegressionHead

_LEAST = 0.1  # what each bin has beside its activation, as in DINOv2's code


@MODELS.register_module()
class BinnedDepthHead(RegressionHead):
    r"""Predicts one number per pixel as the mean of bins, weighted by how likely each is.

    `AdaBins <https://arxiv.org/abs/2011.14141>`_, equation 3, with bins :math:`b_k` at equal
    distances and the linear normalisation with which `DINOv2 <https://arxiv.org/abs/2304.07193>`_
    (section 7.4) trains depth on frozen features:

    .. math::
        \hat d = \sum_k b_k p_k, \qquad
        p_k = \frac{\max(l_k, 0) + 0.1}{\sum_j (\max(l_j, 0) + 0.1)}

    Here :math:`l_k` are the outputs of the last convolution. The numbers lie between the first and
    the last bin.

    Args:
        in_channels: See :class:`RegressionHead`.
        channels: See :class:`RegressionHead`.
        value_range: The first and the last bin, in the label's unit.
        num_bins: Number of bins, at least 2. Defaults to 256.
        num_convs: See :class:`RegressionHead`. Defaults to 0.
        norm_cfg: See :class:`RegressionHead`.
        act_cfg: See :class:`RegressionHead`.
        dropout_ratio: See :class:`RegressionHead`.
        in_index: See :class:`RegressionHead`.
        input_transform: See :class:`RegressionHead`.
        loss_decode: Config of the loss, or a list of such. Defaults to
            :class:`~mmmtl.models.losses.MaskedL1Loss`.
        align_corners: See :class:`RegressionHead`.
        out_channels: 1.
        init_cfg: Initialisation. Defaults to Xavier normal.

    Raises:
        ValueError: If the range is no range, or there are fewer than two bins.
    """

    own_channels = 1
    default_loss = dict(type='MaskedL1Loss')

    bins: Tensor

    def __init__(
        self,
        in_channels: int | Sequence[int],
        channels: int,
        value_range: Sequence[float],
        num_bins: int = 256,
        num_convs: int = 0,
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
        if len(value_range) != 2 or None in value_range or not value_range[0] < value_range[1]:
            raise ValueError(
                f'value_range: expected the smallest and the largest number, found {value_range}.'
            )
        if num_bins < 2:
            raise ValueError(f'num_bins: expected at least 2, found {num_bins}.')
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
        self.conv_seg = nn.Conv2d(channels, num_bins, kernel_size=1)
        bins = torch.linspace(value_range[0], value_range[1], num_bins)
        self.register_buffer('bins', bins, persistent=False)

    def forward(self, inputs: Tensor | Sequence[Tensor]) -> Tensor:
        """Predicts.

        Args:
            inputs: Feature maps, of which those of ``in_index`` are read.

        Returns:
            A tensor of shape (N, 1, h, w).
        """
        activations = F.relu(FCNHead.forward(self, inputs)) + _LEAST
        likely = activations / activations.sum(dim=1, keepdim=True)
        return F.conv2d(likely, self.bins[None, :, None, None].to(likely.dtype))
