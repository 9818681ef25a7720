"""What transforms of this package share: the label maps of a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mmmtl.tasks import Task, known_tasks


def label_maps(results: dict) -> Iterator[Task]:
    """Finds the tasks whose label maps a sample holds: what changes with the image's geometry.

    Args:
        results: See :func:`labels`.

    Yields:
        Each such task; its map is ``results[task.map_key]``. Labels of the whole image are left
            out.
    """
    return (task for task in labels(results) if task.is_dense)


def labels(results: dict) -> Iterator[Task]:
    """Finds the tasks whose labels a sample holds.

    Args:
        results: The sample, with its data set's ``tasks``, a dict by name; without, the tasks that
            are known by their names.

    Yields:
        Each such task; its label is ``results[task.map_key]``.
    """
    tasks = results.get('tasks')
    for task in tasks.values() if isinstance(tasks, Mapping) else known_tasks():
        if results.get(task.map_key) is not None:
            yield task


def is_sample(results: dict) -> bool:
    """Tells a sample of a data set from an image alone, as mmseg's ``inference_model`` gives it.

    Args:
        results: What a transform is given.

    Returns:
        Whether there is anything but the image; mmengine's data sets number their samples.
    """
    if {'tasks', 'sample_idx', 'seg_fields'} & set(results):
        return True
    return any(True for _ in labels(results))


def zoom_labels(results: dict, factor: float) -> None:
    """Changes the values of all labels of a sample as a zoom does, in place of the old ones.

    Args:
        results: The sample, whose maps have been cropped and resized already. Its ``depth_unit``
            is the unit of a depth that states none.
        factor: How many times larger the image's content has become.

    Raises:
        ValueError: If there is a depth and its unit is not known.
    """
    for task in label_maps(results):
        zoomed = task.completed(results).zoom_values(results[task.map_key], factor)
        results[task.map_key] = zoomed
