from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor

from mmmtl.models.exporting import is_exporting
from mmmtl.tasks import check_task_names


class PyramidTaskNeck(BaseModule):
    """What the task necks that read a pyramid of features have in common.

    A pyramid is what mmseg's backbones return: feature maps from the finest to the coarsest, of any
    sizes. A neck of this kind works on any backbone and has no parameter without a gradient, as
    long as its heads read all that it returns.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the feature maps, the finest first.
        min_levels: How many feature maps the neck needs. Defaults to 1.
        init_cfg: Initialisation. Defaults to that of the parts.

    Raises:
        ValueError: If a task is unknown, or there are too few feature maps.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int],
        min_levels: int = 1,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        self.tasks = check_task_names(tasks)
        self.in_channels = tuple(in_channels)
        if len(self.in_channels) < min_levels:
            raise ValueError(
                f'in_channels: {type(self).__name__} expected at least {min_levels} feature maps, '
                f'found {list(in_channels)}.'
            )

    def checked(self, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Checks the feature maps that a backbone gave.

        Args:
            features: Maps of shape (N, C, H, W).

        Returns:
            The maps.

        Raises:
            ValueError: If their number or channels are not those of ``in_channels``.
        """
        found = [feature.shape[1] for feature in features]
        if found != list(self.in_channels):
            raise ValueError(
                f'in_channels: {type(self).__name__} expected {list(self.in_channels)}, '
                f'found feature maps with {found} channels.'
            )
        return tuple(features)


def resize_to(x: Tensor, reference: Tensor) -> Tensor:
    """Resizes a map bilinearly, with corners not aligned, to the size of another.

    Args:
        x: Shape (N, C, h, w).
        reference: Shape (..., H, W).

    Returns:
        A tensor of shape (N, C, H, W).
    """
    size = reference.shape[-2:]
    if not is_exporting() and x.shape[-2:] == size:
        return x
    return F.interpolate(x, size=size, mode='bilinear', align_corners=False)


def resize_concat(reference: Tensor, *others: Tensor) -> Tensor:
    """Joins maps along the channels, at the size of the first.

    Args:
        reference: Shape (N, C, H, W).
        *others: Further maps of shape (N, C_i, h_i, w_i), which are resized.

    Returns:
        A tensor of shape (N, C + sum of C_i, H, W).
    """
    return torch.cat([reference, *(resize_to(x, reference) for x in others)], dim=1)
