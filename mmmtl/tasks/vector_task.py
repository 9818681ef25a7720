from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from mmseg.registry import TASK_UTILS
from torch import Tensor

from mmmtl.tasks.task import Task


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class VectorTask(Task):
    """Several real numbers per pixel, such as an albedo or a flow.

    Args:
        name: Name of the task.
        channels: Numbers per pixel C, at least 2.
        along_image: Whether the first two numbers are components along the image's x (right) and y
            (down), in pixels of the camera's own image, as of a flow: they mirror and turn with the
            image, and a zoom multiplies them; further numbers stay. Defaults to False, such as
            colours.
        unit: Unit of the numbers, for pictures. Defaults to ``''``, none.
        invalid: Number that all channels of a label pixel without a label have; NaN in any channel
            is no label either. Defaults to None: NaN, so that every number counts.

    Raises:
        ValueError: If there are fewer than two channels.
    """

    channels: int  # type: ignore[misc]  # a field in place of the property
    along_image: bool = False
    unit: str = ''
    invalid: float | None = None

    kind: ClassVar[str] = 'vector'
    is_classification: ClassVar[bool] = False
    default_head: ClassVar[str] = 'VectorHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='VectorErrorMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('rmse', 'epe')

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.channels < 2:
            raise ValueError(
                f'tasks.{self.name}.channels: expected at least 2 numbers per pixel, '
                f'found {self.channels!r}; one number is a ScalarTask.'
            )
        if self.invalid is not None and math.isnan(self.invalid):
            object.__setattr__(self, 'invalid', None)  # the same, and equal to itself

    @property
    def follows_image_axes(self) -> bool:  # type: ignore[override]
        """bool: Whether the first two numbers are components along the image's axes."""
        return self.along_image

    @property
    def fill(self) -> float:
        """float: ``invalid``, or NaN, in each channel."""
        return math.nan if self.invalid is None else self.invalid

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels have numbers.

        Args:
            label: Shape (..., C, H, W).

        Returns:
            A boolean tensor of shape (..., 1, H, W).
        """
        known = ~label.isnan().any(dim=-3, keepdim=True)
        return known if self.invalid is None else known & (label != self.invalid).any(-3, True)

    @property
    def zoom_exponent(self) -> int:
        """int: 1 for components in pixels of the image, else 0."""
        return 1 if self.along_image else 0

    @property
    def reader_facts(self) -> dict[str, Any]:
        """dict: ``channels`` and the ``invalid`` number."""
        return {'channels': self.channels, 'invalid': self.fill}

    def default_reader(self) -> dict[str, Any]:
        """Gives the config of a reader of several numbers.

        Returns:
            Config of a :class:`~mmmtl.datasets.readers.VectorReader`.
        """
        return dict(type='VectorReader', **self.reader_facts)

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label.

        Args:
            size: Height and width.
            num_classes: Not read.

        Returns:
            Numbers from 0 to 1, float32 of shape (C, H, W).
        """
        return torch.rand(self.channels, *size)

    def describe(self) -> dict[str, Any]:
        """Says what the numbers mean.

        Returns:
            ``quantity``, ``channels``, ``along_image`` and, if there is one, ``unit``.
        """
        words = dict(channels=self.channels, along_image=self.along_image)
        return super().describe() | words | ({'unit': self.unit} if self.unit else {})
