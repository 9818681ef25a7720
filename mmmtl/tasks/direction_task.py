from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from mmseg.registry import TASK_UTILS
from torch import Tensor

from mmmtl.geometry import unit_vectors
from mmmtl.tasks.task import Task

_ROUNDING = 1e-6
"""How far from 1 the square of a unit vector's length may be in float32."""


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class DirectionTask(Task):
    """A unit vector (x right, y down, z forward) per pixel, such as a surface normal.

    The zero vector is a pixel without a label.

    Args:
        name: Name of the task.
    """

    channels: ClassVar[int] = 3
    kind: ClassVar[str] = 'direction'
    is_classification: ClassVar[bool] = False
    follows_image_axes: ClassVar[bool] = True
    default_head: ClassVar[str] = 'NormalHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='NormalErrorMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('mean', 'median', '11.25', '22.5', '30')

    @property
    def fill(self) -> float:
        """float: 0 in each component."""
        return 0

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels have a direction: those whose vector is not zero.

        Args:
            label: Vectors of shape (..., 3, H, W).

        Returns:
            A boolean tensor of shape (..., 1, H, W).
        """
        return (label != 0).any(dim=-3, keepdim=True)

    def normalise(self, output: Tensor) -> Tensor:
        """Gives vectors unit length.

        Those that have it but for rounding stay as they are, to the last bit.

        Args:
            output: Vectors of shape (..., 3, H, W).

        Returns:
            A tensor of the same shape.
        """
        is_unit = (output.square().sum(dim=-3, keepdim=True) - 1).abs() < _ROUNDING
        return torch.where(is_unit, output, unit_vectors(output, dim=-3))

    def default_reader(self) -> dict[str, Any]:
        """Gives the config of a reader of vectors.

        Returns:
            Config of a :class:`~mmmtl.datasets.readers.NormalReader`.
        """
        return dict(type='NormalReader')

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label.

        Args:
            size: Height and width.
            num_classes: Not read.

        Returns:
            Unit vectors, float32 of shape (3, H, W).
        """
        return self.normalise(torch.randn(3, *size))

    def describe(self) -> dict[str, Any]:
        """Says what the vectors mean.

        Returns:
            ``quantity`` and ``axes``.
        """
        return super().describe() | {'axes': 'x right, y down, z forward'}
