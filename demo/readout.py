"""What predictions say in words: of a task as a whole, and at one pixel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

import numpy as np
import torch

from mmmtl.tasks import BinaryTask, ClassTask, DirectionTask, ImageClassTask, ScalarTask, Task


@singledispatch
def task_words(task: Task) -> str:
    """Says what a task predicts.

    Args:
        task: The task.

    Returns:
        A few words.
    """
    return f'{task.kind} of each pixel'


@task_words.register(ClassTask)
def _(task: ClassTask) -> str:  # noqa: ARG001
    return 'the class of each pixel'


@task_words.register(ImageClassTask)
def _(task: ImageClassTask) -> str:  # noqa: ARG001
    return 'the class of the whole image'


@task_words.register(BinaryTask)
def _(task: BinaryTask) -> str:  # noqa: ARG001
    return 'how probable each pixel is'


@task_words.register(ScalarTask)
def _(task: ScalarTask) -> str:
    return task.label or 'a number for each pixel'


@task_words.register(DirectionTask)
def _(task: DirectionTask) -> str:  # noqa: ARG001
    return 'the direction each surface faces'


@singledispatch
def value_words(task: Task, value: np.ndarray) -> str:  # noqa: ARG001
    """Says what is predicted at a pixel.

    Args:
        task: The task.
        value: The values of the pixel, shape (C,).

    Returns:
        A few words, with the unit if there is one.
    """
    return ', '.join(f'{number:.3g}' for number in value)


@value_words.register(ClassTask)
def _(task: ClassTask, value: np.ndarray) -> str:
    index = int(value[0])
    known = task.classes or ()
    return known[index] if index < len(known) else f'class {index}'


@value_words.register(ImageClassTask)
def _(task: ImageClassTask, value: np.ndarray) -> str:
    record = task.record(torch.from_numpy(value.reshape(-1, 1, 1)))
    return f'{record["class"]}' if 'class' in record else f'class {int(value.argmax())}'


@value_words.register(ScalarTask)
def _(task: ScalarTask, value: np.ndarray) -> str:
    _, _, unit = task.label.partition('[')
    return f'{value[0]:.4g} {unit.rstrip("]")}'.rstrip()


@value_words.register(BinaryTask)
def _(task: BinaryTask, value: np.ndarray) -> str:  # noqa: ARG001
    return f'{100 * value[0]:.0f} %'


@value_words.register(DirectionTask)
def _(task: DirectionTask, value: np.ndarray) -> str:  # noqa: ARG001
    x, y, z = value
    return f'x {x:+.2f} (right), y {y:+.2f} (down), z {z:+.2f} (forward)'


def pixel_words(
    tasks: Mapping[str, Task], maps: Mapping[str, np.ndarray], x: int, y: int, size: tuple[int, int]
) -> list[tuple[str, str]]:
    """Says what all tasks predict at a pixel of the image.

    Args:
        tasks: The tasks by name.
        maps: The prediction of each task, shape (H, W) or (H, W, C).
        x: Column of the pixel.
        y: Its row.
        size: Height and width of the image.

    Returns:
        Name and words of each task.
    """
    said = []
    for name, values in maps.items():
        planes = values.reshape(*values.shape[:2], -1) if values.ndim > 1 else values[None, None]
        row, column = (
            min(at * count // side, count - 1)
            for at, count, side in zip((y, x), planes.shape[:2], size, strict=True)
        )
        said.append((name, value_words(tasks[name], planes[row, column])))
    return said
