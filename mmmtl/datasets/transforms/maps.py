"""What transforms of this package share: the label maps of a sample, and how they are changed."""

from __future__ import annotations

from collections.abc import Iterator

from mmmtl.geometry import MapKind, zoom_values
from mmmtl.tasks import Task, all_tasks


def label_maps(results: dict) -> Iterator[Task]:
    """Finds the tasks whose label maps a sample holds.

    Args:
        results: The sample.

    Yields:
        Each such task; its map is ``results[task.map_key]``.
    """
    for task in all_tasks():
        if results.get(task.map_key) is not None:
            yield task


def map_kind(task: Task, results: dict) -> MapKind:
    """Tells what geometric transforms do to the values of a label map of a sample.

    Args:
        task: The task of the map.
        results: The sample, with ``depth_unit`` if that is known.

    Returns:
        The kind of map.
    """
    return task.map_kind(results.get('depth_unit'))


def zoom_labels(results: dict, factor: float) -> None:
    """Changes the values of all labels of a sample as a zoom does, in place of the old ones.

    Args:
        results: The sample, whose maps have been cropped and resized already.
        factor: How many times larger the image's content has become.

    Raises:
        ValueError: If there is a depth and its unit is not known.
    """
    for task in label_maps(results):
        kind = map_kind(task, results)
        if kind is MapKind.SCALAR and task.geometry is None:
            raise ValueError(
                'depth_unit: expected the unit of the depths in the sample, found none; a zoom '
                f'changes the {task.name} label by its unit.'
            )
        results[task.map_key] = zoom_values(results[task.map_key], kind, factor)
