"""Max-unpooling, also where torch's own cannot be had: in exported files, and deterministic."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def unpool(x: Tensor, indices: Tensor, size: Sequence[int]) -> Tensor:
    """Undoes a max-pooling 2x2 of stride 2 by its indices.

    torch's own :func:`~torch.nn.functional.max_unpool2d` raises an error where deterministic
    algorithms are demanded (:func:`torch.use_deterministic_algorithms`, mmengine's
    ``randomness.deterministic``), since indices of windows that overlap may be equal. These windows
    do not overlap, and :meth:`~torch.Tensor.scatter` does the same, bit for bit.

    Args:
        x: Features to put where the maxima stood, shape (N, C, H // 2, W // 2).
        indices: Where in each map of H x W the maxima stood, of the same shape.
        size: Height H and width W.

    Returns:
        Features of shape (N, C, H, W), 0 where no maximum stood.
    """
    if not torch.are_deterministic_algorithms_enabled():
        return F.max_unpool2d(x, indices, (2, 2), output_size=tuple(size))
    count, channels = x.shape[:2]
    zeros = x.new_zeros(count, channels, size[0] * size[1])
    return zeros.scatter(2, indices.flatten(2), x.flatten(2)).view(count, channels, *size)


def find_maxima(x: Tensor) -> Tensor:
    r"""Tells where the maximum of each window 2x2 stands, by comparisons.

    With the values :math:`\begin{smallmatrix} a & b \\ c & d \end{smallmatrix}`, that is in the
    upper row if :math:`\max(a, b) \ge \max(c, d)`, and on the left of it if :math:`a \ge b` or
    :math:`c \ge d`. Of equal values it is the first in reading order, as in torch's pooling; after
    a ReLU whole windows of zeros are common.

    ONNX has ``MaxPool`` with indices and ``MaxUnpool``, but few runtimes know them (TensorRT does
    not: github.com/NVIDIA/TensorRT/issues/3761), and those that do may break ties differently.
    Comparisons are the same everywhere. In torch itself they are slower than indices, so that
    networks use them only in exported graphs.

    Args:
        x: Features without NaN, shape (N, C, H, W).

    Returns:
        Whether it is in the upper row, and whether it is on the left; boolean of shape
        (2, N, C, H // 2, W // 2).
    """
    height, width = x.shape[-2] // 2 * 2, x.shape[-1] // 2 * 2
    a, b, c, d = (x[..., row:height:2, column:width:2] for row in (0, 1) for column in (0, 1))
    is_upper = torch.maximum(a, b) >= torch.maximum(c, d)
    is_left = (is_upper & (a >= b)) | (~is_upper & (c >= d))
    return torch.stack([is_upper, is_left])


def unpool_by_comparison(x: Tensor, maxima: Tensor, size: Sequence[int]) -> Tensor:
    """Undoes a max-pooling 2x2 of stride 2 without its indices, exactly as ``F.max_unpool2d``.

    Args:
        x: Features to put where the maxima stood, shape (N, C, H // 2, W // 2).
        maxima: What :func:`find_maxima` found.
        size: Height H and width W.

    Returns:
        Features of shape (N, C, H, W), 0 where no maximum stood, and in the last row or column of
        an odd size, which the pooling dropped.
    """
    is_upper, is_left = maxima
    zero = torch.zeros_like(x)
    left, right = torch.where(is_left, x, zero), torch.where(is_left, zero, x)
    windows = torch.stack(
        [
            torch.where(is_upper, left, zero),
            torch.where(is_upper, right, zero),
            torch.where(is_upper, zero, left),
            torch.where(is_upper, zero, right),
        ],
        dim=2,
    )
    unpooled = F.pixel_shuffle(windows.flatten(1, 2), 2)
    height, width = x.shape[-2:]
    return F.pad(unpooled, (0, size[1] - 2 * width, 0, size[0] - 2 * height))
