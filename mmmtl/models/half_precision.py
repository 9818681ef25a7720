"""Evaluation in half precision, by the names under which torch knows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor

from mmmtl.tasks.nearest import nearest

_Metas = TypeVar('_Metas')

DTYPES = ('float32', 'bfloat16', 'float16')
"""Precisions of evaluation; the first is that of the weights, whatever it is."""


def check_dtype(dtype: Any, device: str | torch.device | None = None) -> str:
    """Checks the name of a precision.

    Args:
        dtype: The name.
        device: Where the network runs. Defaults to None: it is not known yet.

    Returns:
        The name.

    Raises:
        ValueError: If there is no such precision, or not on this device.
    """
    if dtype not in DTYPES:
        raise ValueError(
            f'dtype: expected one of {DTYPES}, found {dtype!r}{nearest(dtype, DTYPES)}'
        )
    if dtype == 'float16' and device is not None and torch.device(device).type == 'cpu':
        raise ValueError("dtype: expected 'float32' or 'bfloat16' on a CPU, found 'float16'.")
    return str(dtype)


def in_dtype(
    run: Callable[[Tensor, _Metas], dict[str, Tensor]], dtype: str
) -> Callable[[Tensor, _Metas], dict[str, Tensor]]:
    """Makes a network run under ``torch.autocast``.

    Convolutions and products of matrices are then computed in half precision, what needs a finer
    or wider one is not; weights stay as they are.

    Args:
        run: The network, from images and what is known of them to outputs by task.
        dtype: One of :data:`DTYPES`; ``'float32'`` for no autocast.

    Returns:
        The same with outputs of float32.

    Raises:
        ValueError: When it runs, if its images are where there is no such precision.
    """
    if dtype == DTYPES[0]:
        return run

    def run_in_half(images: Tensor, metas: _Metas) -> dict[str, Tensor]:
        check_dtype(dtype, images.device)
        with torch.autocast(images.device.type, getattr(torch, dtype)):
            outputs = run(images, metas)
        return {task: output.float() for task, output in outputs.items()}

    return run_in_half
