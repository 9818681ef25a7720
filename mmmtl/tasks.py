"""The one table of tasks: where their labels and predictions live and what their values mean.

Everything else in the package reads this table and never compares task names. A fourth task is one
:func:`register_task` away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor

from mmmtl.depth_units import get_depth_unit
from mmmtl.geometry import IMAGE_AXES, MIRROR_SIGNS, MapKind, unit_vectors

_ROUNDING = 1e-6
"""How far from 1 the square of a unit vector's length may be in float32."""


class Quantity(Enum):
    """What one pixel of a task's map is."""

    CLASSES = 'classes'
    """One of several classes: logits in the network, ids in labels and predictions."""
    SCALAR = 'scalar'
    """One real number, such as a depth."""
    DIRECTION = 'direction'
    """A unit vector (x right, y down, z forward), such as a surface normal."""


@dataclass(frozen=True)
class Task:
    """One dense prediction task.

    Args:
        name: Key of the task in every dict of the package (``decode_head``, losses, predictions).
        quantity: What one pixel of the task's map is.
        map_key: Key of the label map in the transforms' results dict; an array (H, W), or
            (H, W, 3) for directions.
        path_key: Key of the label's file in the transforms' results dict and in ``data_prefix``.
        gt_field: Field of ``SegDataSample`` with the label, shape (1, H, W) or (3, H, W).
        pred_field: Field of ``SegDataSample`` with the prediction, of the label's shape.
        invalid: The value of a label pixel that has no label; padding is filled with it. A
            direction is invalid where its norm is 0.
        output_field: Field of ``SegDataSample`` that keeps the network's raw output where the
            prediction does not hold it all (the logits of classes).
        geometry: What geometric transforms do to the label's values. Defaults to None: as the
            quantity says, and for scalars as the data set's ``depth_unit`` says; a scalar that is
            no depth states :attr:`mmmtl.geometry.MapKind.SCALAR` here.
    """

    name: str
    quantity: Quantity
    map_key: str
    path_key: str
    gt_field: str
    pred_field: str
    invalid: float
    output_field: str | None = None
    geometry: MapKind | None = None

    @property
    def label_channels(self) -> int:
        """int: Channels of a label or prediction map."""
        return 3 if self.quantity is Quantity.DIRECTION else 1

    @property
    def is_classification(self) -> bool:
        """bool: Whether the task's loss is a classification loss (else a regression loss)."""
        return self.quantity is Quantity.CLASSES

    def map_kind(self, depth_unit: str | None = None) -> MapKind:
        """Tells what geometric transforms do to the values of the task's label maps.

        Args:
            depth_unit: Unit of the data set's depths, see :mod:`mmmtl.depth_units`. Only read for
                scalars without a ``geometry`` of their own. Defaults to None, unknown: then these
                count as numbers that a zoom leaves alone.

        Returns:
            The kind of map.

        Raises:
            ValueError: If there is no such unit.
        """
        if self.geometry is not None:
            return self.geometry
        if self.quantity is Quantity.SCALAR:
            return MapKind.SCALAR if depth_unit is None else get_depth_unit(depth_unit).kind
        return MapKind.CLASSES if self.is_classification else MapKind.DIRECTION

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels of a label count.

        Args:
            label: Label of shape (..., C, H, W) with C = :attr:`label_channels`.

        Returns:
            A boolean tensor of shape (..., 1, H, W).
        """
        if self.quantity is Quantity.DIRECTION:
            return (label != 0).any(dim=-3, keepdim=True)  # the norm is not 0
        return label != self.invalid

    def normalise(self, output: Tensor) -> Tensor:
        """Makes an interpolated or averaged output valid again: directions get unit length.

        Directions that have unit length but for rounding stay as they are, to the last bit.

        Args:
            output: Network output of shape (..., C, H, W).

        Returns:
            A tensor of the same shape.
        """
        if self.quantity is not Quantity.DIRECTION:
            return output
        is_unit = (output.square().sum(dim=-3, keepdim=True) - 1).abs() < _ROUNDING
        return torch.where(is_unit, output, unit_vectors(output, dim=-3))

    def flip(self, output: Tensor, direction: str) -> Tensor:
        """Gives the output for the flipped image, values included.

        Args:
            output: Network output or prediction of shape (..., C, H, W).
            direction: ``'horizontal'``, ``'vertical'`` or ``'diagonal'``.

        Returns:
            A tensor of the same shape.
        """
        flipped = output.flip(dims=IMAGE_AXES[direction])
        if self.quantity is Quantity.DIRECTION:
            return flipped * flipped.new_tensor(MIRROR_SIGNS[direction]).view(3, 1, 1)
        return flipped

    def decode(self, output: Tensor, threshold: float | None = None) -> Tensor:
        """Turns the network's output into a prediction with the label's meaning.

        Args:
            output: Output of the head, shape (C, H, W); logits for classes.
            threshold: Probability above which a one-channel output means class 1. Only read for
                classes with C = 1.

        Returns:
            Class ids (1, H, W), scalars (1, H, W) or unit vectors (3, H, W).
        """
        if self.quantity is not Quantity.CLASSES:
            return self.normalise(output)
        if output.shape[0] > 1:
            return output.argmax(dim=0, keepdim=True)
        return (output.sigmoid() > (0.5 if threshold is None else threshold)).to(torch.int64)


_TASKS: dict[str, Task] = {}


def register_task(task: Task) -> Task:
    """Adds a task to the table.

    Args:
        task: The new task; its name and its fields must not be taken by another task.

    Returns:
        The task.

    Raises:
        ValueError: If the name, or one of the keys and fields, is already used by another task.
    """
    for known in _TASKS.values():
        for attribute in ('name', 'map_key', 'path_key', 'gt_field', 'pred_field'):
            if known != task and getattr(known, attribute) == getattr(task, attribute):
                raise ValueError(
                    f'Cannot register task {task.name!r}: its {attribute} '
                    f'{getattr(task, attribute)!r} is already used by task {known.name!r}.'
                )
    _TASKS[task.name] = task
    return task


def get_task(name: str) -> Task:
    """Looks a task up.

    Args:
        name: Name of the task.

    Returns:
        The task of that name.

    Raises:
        ValueError: If there is no such task.
    """
    try:
        return _TASKS[name]
    except KeyError:
        raise ValueError(
            f'Unknown task {name!r}. Known tasks: {", ".join(_TASKS)}. '
            'Another one is added with mmmtl.tasks.register_task().'
        ) from None


def all_tasks() -> tuple[Task, ...]:
    """Gives every known task, in the order of registration."""
    return tuple(_TASKS.values())


def get_tasks(names: Iterable[str]) -> dict[str, Task]:
    """Looks several tasks up, keeping their order.

    Args:
        names: Names of the tasks.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If there is no task of one of the names, or no name at all.
    """
    tasks = {name: get_task(name) for name in names}
    if not tasks:
        raise ValueError('Expected at least one task, found none.')
    return tasks


SEG = register_task(
    Task(
        name='seg',
        quantity=Quantity.CLASSES,
        map_key='gt_seg_map',
        path_key='seg_map_path',
        gt_field='gt_sem_seg',
        pred_field='pred_sem_seg',
        output_field='seg_logits',
        invalid=255,
    )
)
"""Semantic segmentation: ids, 255 where the pixel is not labelled."""

DEPTH = register_task(
    Task(
        name='depth',
        quantity=Quantity.SCALAR,
        map_key='gt_depth_map',
        path_key='depth_map_path',
        gt_field='gt_depth_map',
        pred_field='pred_depth_map',
        invalid=0,
    )
)
"""Depth, inverse depth or disparity, in the unit that the data set states as ``depth_unit`` (see
:mod:`mmmtl.depth_units`); 0 where it was not measured."""

NORMAL = register_task(
    Task(
        name='normal',
        quantity=Quantity.DIRECTION,
        map_key='gt_normal_map',
        path_key='normal_map_path',
        gt_field='gt_normal_map',
        pred_field='pred_normal_map',
        invalid=0,
    )
)
"""Surface normals as unit vectors, the zero vector where there is none."""

EDGE_MAP = 'gt_edge_map'
"""Key in the transforms' results dict and field of ``SegDataSample`` of the boundaries between
classes that mmseg's ``GenerateEdge`` finds in the segmentation label, and that some of its heads
learn: no task, but a label to pack and pad (with :data:`SEG`'s ``invalid``)."""
