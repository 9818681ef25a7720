"""Tasks in the words that people search for."""

from __future__ import annotations

from functools import singledispatch

from mmmtl.tasks import (
    NORMAL,
    SEG,
    BoundaryTask,
    ClassTask,
    DirectionTask,
    ImageClassTask,
    ScalarTask,
    Task,
)


def say_tasks(tasks: dict[str, Task], classes: dict[str, int]) -> list[str]:
    """Says what the tasks of a network are, in their order.

    Args:
        tasks: The tasks by name, as far as the data set knows them.
        classes: The number of classes that the head of a task tells apart, by name; it counts where
            a task tells classes apart.

    Returns:
        Words for each task, such as ``'semantic segmentation (7 classes)'``; several
        classifications of whole images are one entry.
    """
    whole = [name for name, task in tasks.items() if not task.is_dense]
    if len(whole) > 1:
        counts = [classes[name] for name in whole]
        dense = {name: task for name, task in tasks.items() if task.is_dense}
        images = f'image classification ({len(whole)} sets, {min(counts)} to {max(counts)} classes)'
        return [*say_tasks(dense, classes), images]
    return [words_of(task).format(classes=_count(classes[name])) for name, task in tasks.items()]


@singledispatch
def words_of(task: Task) -> str:
    """Says what a task is; of a kind that is not registered here, the name of the task.

    Args:
        task: The task.

    Returns:
        Words, with ``{classes}`` where the number of classes belongs.
    """
    return task.name.replace('_', ' ')


@words_of.register
def _(task: ClassTask) -> str:
    of = 'semantic' if task.gt_field == SEG.gt_field else task.name.replace('_', ' ')
    return f'{of} segmentation ({{classes}})'


@words_of.register
def _(task: ImageClassTask) -> str:
    return f'{task.name.replace("_", " ")} (image classification, {{classes}})'


@words_of.register
def _(task: BoundaryTask) -> str:
    return f'{task.name.replace("_", " ")} detection'


@words_of.register
def _(task: ScalarTask) -> str:
    return task.label.partition(' [')[0]  # without the unit


@words_of.register
def _(task: DirectionTask) -> str:
    return 'surface normals' if task.gt_field == NORMAL.gt_field else task.name.replace('_', ' ')


def _count(classes: int) -> str:
    return '1 class' if classes == 1 else f'{classes} classes'
