"""What a backbone needs of its images: whole patches, and the numbers it was trained with."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.logging import print_log
from torch import Tensor, nn

from mmmtl.models.data_preprocessor import MultiTaskDataPreprocessor
from mmmtl.models.exporting import is_exporting
from mmmtl.tasks import Task

_RELATIVE = 0.01  # numbers that differ by less were rounded


def fit_preprocessor(preprocessor: Any, backbone: nn.Module, tasks: Iterable[Task]) -> None:
    """Tells a data preprocessor the tasks, and what the backbone says that it needs.

    Padding, if the backbone has a ``size_divisor``; mean, deviation and order of the colours, if it
    has an ``image_norm`` and the preprocessor does not normalise. What the preprocessor says itself
    stays, and a warning tells where it differs.

    Args:
        preprocessor: The data preprocessor.
        backbone: The backbone.
        tasks: The tasks, whose labels are padded.

    Raises:
        ValueError: If the preprocessor pads to a size that is no multiple of ``size_divisor``.
    """
    if hasattr(preprocessor, 'tasks'):
        preprocessor.tasks = tuple(tasks)
    if not isinstance(preprocessor, MultiTaskDataPreprocessor):
        return
    divisor = _divisor(backbone)
    if preprocessor.size is not None and any(side % divisor for side in preprocessor.size):
        raise ValueError(
            f'data_preprocessor.size: expected multiples of {divisor}, which '
            f'{type(backbone).__name__} needs, found {tuple(preprocessor.size)}.'
        )
    if divisor > 1:
        preprocessor.size_divisor = math.lcm(divisor, preprocessor.size_divisor or 1)
    norm = getattr(backbone, 'image_norm', None)
    if norm is not None:
        _fit_norm(preprocessor, *norm)


def whole_patches(images: Tensor, backbone: nn.Module) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Pads images, with zeros at the bottom and right, to what a backbone can read.

    Args:
        images: Shape (N, C, H, W).
        backbone: The backbone; without a ``size_divisor`` nothing is padded.

    Returns:
        The padded images, and the function that cuts what was predicted for the padding off an
        output (N, C, H', W'); one of the whole image, (N, C, 1, 1), stays as it is.

    Raises:
        ValueError: If an image is smaller than a patch.
    """
    height, width = images.shape[-2:]
    divisor = _divisor(backbone)
    if divisor == 1 or (not is_exporting() and height % divisor == width % divisor == 0):
        return images, lambda output: output
    patch = min(getattr(backbone, 'strides', (1,)))
    if not is_exporting() and min(height, width) < patch:
        raise ValueError(
            f'image: expected at least {patch}x{patch} pixels, one patch of '
            f'{type(backbone).__name__}, found {height}x{width}.'
        )
    # ONNX divides negative numbers towards 0, so they are none here
    whole = [(side + divisor - 1) // divisor * divisor for side in (height, width)]
    if is_exporting():
        # More than is needed, and then chosen: a graph that compares the sizes holds for some only.
        padded = _choose(F.pad(images, (0, divisor - 1, 0, divisor - 1)), whole[0], whole[1])
        return padded, lambda output: _choose(output, height, width)
    padded = F.pad(images, (0, whole[1] - width, 0, whole[0] - height))
    return padded, lambda output: output[..., :height, :width]


def _choose(map_: Tensor, height: int, width: int) -> Tensor:
    """Takes the upper left part of a map (N, C, H, W), all of one pixel."""
    # each side by itself: compared with each other, a graph holds for oblong images alone
    if map_.shape[-2] == 1 and map_.shape[-1] == 1:
        return map_
    rows = map_.index_select(-2, torch.arange(height, device=map_.device))
    return rows.index_select(-1, torch.arange(width, device=map_.device))


def _divisor(backbone: nn.Module) -> int:
    return getattr(backbone, 'size_divisor', 1)


def _fit_norm(
    preprocessor: MultiTaskDataPreprocessor, mean: tuple[float, ...], std: tuple[float, ...]
) -> None:
    if preprocessor._enable_normalize:
        own = [preprocessor.mean.flatten().tolist(), preprocessor.std.flatten().tolist()]
        close = torch.allclose(
            torch.tensor(own), torch.tensor([mean, std]), rtol=_RELATIVE, atol=_RELATIVE
        )
        if not close or not preprocessor._channel_conversion:
            print_log(
                f'data_preprocessor: the backbone was trained on RGB images of mean {list(mean)} '
                f'and std {list(std)}; found mean {own[0]}, std {own[1]} and '
                f'{"RGB" if preprocessor._channel_conversion else "BGR"}.',
                logger='current',
                level=logging.WARNING,
            )
        return
    for name, numbers in (('mean', mean), ('std', std)):
        preprocessor.register_buffer(name, torch.tensor(numbers).view(-1, 1, 1), False)
    preprocessor._enable_normalize = True
    preprocessor._channel_conversion = True  # pipelines load blue, green, red
    print_log(
        f'data_preprocessor: RGB images are normalised by mean {list(mean)} and std {list(std)}, '
        "those of the backbone's preprocessor_config.json.",
        logger='current',
    )
