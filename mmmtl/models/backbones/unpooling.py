"""Max-unpooling for files that other runtimes read."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def unpool_by_comparison(x: Tensor, pooled_from: Tensor) -> Tensor:
    r"""Undoes a max-pooling 2x2 of stride 2 without its indices, exactly as ``F.max_unpool2d``.

    Within each window, with the values :math:`\begin{smallmatrix} a & b \\ c & d
    \end{smallmatrix}`, the maximum stands in the upper row if :math:`\max(a, b) \ge \max(c, d)`,
    and on the left of it if :math:`a \ge b` or :math:`c \ge d`. Of equal values that is the first
    in reading order, as in torch's pooling; after a ReLU whole windows of zeros are common.

    ONNX has ``MaxPool`` with indices and ``MaxUnpool``, but few runtimes know them (TensorRT does
    not: github.com/NVIDIA/TensorRT/issues/3761), and those that do may break ties differently.
    Comparisons are the same everywhere. In torch itself they are slower than indices, so that
    networks use this form only in exported graphs.

    Args:
        x: Features to put where the maxima stood, shape (N, C, H // 2, W // 2).
        pooled_from: What had been pooled, without NaN, shape (N, C, H, W).

    Returns:
        Features of the shape of ``pooled_from``, 0 where no maximum stood, and in the last row or
        column of an odd size, which the pooling dropped.
    """
    height, width = x.shape[-2:]
    a, b, c, d = (
        pooled_from[..., row : 2 * height : 2, column : 2 * width : 2]
        for row in (0, 1)
        for column in (0, 1)
    )
    zero = torch.zeros_like(x)
    is_upper = torch.maximum(a, b) >= torch.maximum(c, d)
    upper, lower = torch.where(is_upper, x, zero), torch.where(is_upper, zero, x)
    a_is_larger, c_is_larger = a >= b, c >= d
    windows = torch.stack(
        [
            torch.where(a_is_larger, upper, zero),
            torch.where(a_is_larger, zero, upper),
            torch.where(c_is_larger, lower, zero),
            torch.where(c_is_larger, zero, lower),
        ],
        dim=2,
    )
    unpooled = F.pixel_shuffle(windows.flatten(1, 2), 2)
    full_height, full_width = pooled_from.shape[-2:]
    return F.pad(unpooled, (0, full_width - 2 * width, 0, full_height - 2 * height))
