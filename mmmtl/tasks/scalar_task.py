from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import torch
from mmseg.registry import TASK_UTILS
from torch import Tensor

from mmmtl.tasks.task import Task
from mmmtl.tasks.units import DEPTH_UNITS, Unit, get_depth_unit


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class ScalarTask(Task):
    """One real number per pixel, such as a depth or a height.

    Args:
        name: Name of the task.
        unit: Unit of the numbers. One of :data:`~mmmtl.tasks.units.DEPTH_UNITS` makes them depths,
            which a zoom of the camera changes; any other text, such as ``'m'``, only stands in
            pictures. Defaults to ``''``: numbers without a unit. None: a depth whose unit the data
            set states as ``depth_unit``.
        invalid: Value of a label pixel that has no label. Defaults to None: NaN, so that every
            number counts; for depths 0.
        min_value: Smallest label that counts. Defaults to None: any.
        max_value: Largest label that counts. Defaults to None: any.

    Raises:
        ValueError: If the range is empty.
    """

    unit: str | None = ''
    invalid: float | None = None
    min_value: float | None = None
    max_value: float | None = None

    channels: ClassVar[int] = 1
    kind: ClassVar[str] = 'scalar'
    is_classification: ClassVar[bool] = False
    file_form: ClassVar[str | None] = 'depth'
    default_head: ClassVar[str] = 'DepthHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='DepthErrorMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('abs_err', 'rel_err')
    side_metrics: ClassVar[tuple[str, ...]] = ('abs_err_finite', 'rel_err_finite')

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = self.min_value, self.max_value
        if low is not None and high is not None and not low < high:
            raise ValueError(
                f'tasks.{self.name}: expected min_value < max_value, found {low} and {high}.'
            )
        if self.invalid is not None and math.isnan(self.invalid):
            # One object for every NaN, so that tasks with it are equal.
            object.__setattr__(self, 'invalid', math.nan if self.is_depth else None)

    @property
    def is_depth(self) -> bool:
        """bool: Whether the numbers depend on how far away things are."""
        return self.unit is None or self.unit in DEPTH_UNITS

    @property
    def depth_unit(self) -> Unit | None:
        """Unit: The unit of a depth; None for other numbers and where it is not stated."""
        return DEPTH_UNITS.get(self.unit) if self.unit else None

    @property
    def usual_mean(self) -> tuple[float, float]:
        """tuple: That of the unit of depth; any number without one."""
        return super().usual_mean if self.depth_unit is None else self.depth_unit.usual_mean

    @property
    def label(self) -> str:
        """str: What the numbers are, with their unit, for colour bars and tables."""
        if self.depth_unit is not None:
            return self.depth_unit.label
        return f'{self.name} [{self.unit}]' if self.unit else self.name

    @property
    def fill(self) -> float:
        """float: ``invalid``, or what stands for it: 0 for depths, NaN for other numbers."""
        if self.invalid is not None:
            return self.invalid
        return 0 if self.is_depth else math.nan

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels have a number that counts.

        Args:
            label: Shape (..., 1, H, W).

        Returns:
            A boolean tensor of the same shape.
        """
        valid = ~label.isnan() if math.isnan(self.fill) else label != self.fill
        if self.min_value is not None:
            valid &= label >= self.min_value
        if self.max_value is not None:
            valid &= label <= self.max_value
        return valid

    def head_label(self, label: Tensor) -> dict[str, Tensor]:
        """Gives the label under the names by which heads know it.

        Args:
            label: Shape (1, H, W).

        Returns:
            ``gt_map`` and ``gt_valid`` of this package's heads, and ``gt_depth_map`` of mmseg's,
            which count what is above 0: both maps are 0 where there is no label.
        """
        found = super().head_label(label)
        return found | {'gt_depth_map': found['gt_map']}

    @property
    def zoom_exponent(self) -> int:
        """int: By the unit of a depth; 0 for other numbers.

        Raises:
            ValueError: If it is a depth without a unit.
        """
        if self.unit is None:
            raise ValueError(
                f'depth_unit: expected the unit of the depths, as a zoom changes the {self.name} '
                "label by its unit, found none; the data set's depth_unit or the task's `unit` "
                'states it.'
            )
        return self.depth_unit.zoom_exponent if self.depth_unit else 0

    @property
    def changes_with_zoom(self) -> bool:
        """bool: Whether the numbers are depths: whatever their unit is, a zoom changes them."""
        return self.is_depth

    def zoom_values(self, label: np.ndarray, factor: float) -> np.ndarray:
        """Gives the values of a label map after a zoom; the pixels are moved by other functions.

        A number outside the task's range has no label, even if the zoomed one is in the range.

        Args:
            label: Array of shape (H, W).
            factor: How many times larger the image's content has become; less than 1 if smaller.

        Returns:
            Array of the same shape and type.

        Raises:
            ValueError: If it is a depth without a unit.
        """
        zoomed = super().zoom_values(label, factor)
        if zoomed is label or (self.min_value is None and self.max_value is None):
            return zoomed
        valid = self.valid_mask(torch.from_numpy(np.ascontiguousarray(label))).numpy()
        return np.where(valid, zoomed, label.dtype.type(self.fill))

    @property
    def reader_facts(self) -> dict[str, Any]:
        """dict: The ``invalid`` number, and the ``depth_unit`` of a depth that has one."""
        unit = {'depth_unit': self.unit} if self.depth_unit else {}
        return {'invalid': self.fill} | unit

    def default_reader(self) -> dict[str, Any]:
        """Gives the config of a reader of numbers.

        Returns:
            Config of a :class:`~mmmtl.datasets.readers.ScalarReader`.
        """
        return dict(type='ScalarReader', invalid=self.fill, signed=not self.is_depth)

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label.

        Args:
            size: Height and width.
            num_classes: Not read.

        Returns:
            Numbers in the range of the task, or from 0.5 to 1.5; float32 of shape (1, H, W).
        """
        low, high = self.min_value, self.max_value
        if low is None:
            low = 0.5 if high is None else min(0.5, high / 2 if high > 0 else high - 1)
        high = low + 1 if high is None else high
        return low + torch.rand(1, *size) * (high - low)

    def describe(self) -> dict[str, Any]:
        """Says what the numbers mean.

        Returns:
            ``quantity``, and ``unit`` and ``label`` if there is a unit.
        """
        words = dict(unit=self.unit, label=self.label) if self.unit else {}
        return super().describe() | words

    @property
    def metainfo_keys(self) -> tuple[str, ...]:
        """tuple: ``depth_unit`` of depths."""
        return ('depth_unit',) if self.is_depth else ()

    def completed(self, metainfo: Mapping[str, Any]) -> ScalarTask:
        """Fills in the unit of a depth, if it has none.

        Args:
            metainfo: ``depth_unit``.

        Returns:
            The task, or one that knows more.

        Raises:
            ValueError: If there is no such unit.
        """
        unit = metainfo.get('depth_unit')
        if self.unit is not None or unit is None:
            return self
        get_depth_unit(unit)
        return replace(self, unit=unit)
