"""What a checkpoint says of the tasks that its weights were trained for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.logging import print_log

from mmmtl.engine.task_definitions_check import told_tasks, traits
from mmmtl.tasks import Task


def read_stored_tasks(checkpoint: Mapping[str, Any], source: str) -> dict[str, Task]:
    """Gives the tasks that a checkpoint defines; a line in the log says if there are none.

    Args:
        checkpoint: The content of the file.
        source: What the file is called in messages.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If a definition is wrong.
    """
    meta = checkpoint.get('meta')
    stored = meta.get('dataset_meta') if isinstance(meta, Mapping) else None
    try:
        tasks = told_tasks(stored if isinstance(stored, Mapping) else None)
    except ValueError as error:
        raise ValueError(f'{source}: {error}') from error
    if not tasks:
        print_log(
            f'{source} does not say what its tasks are (classes, units): it is older, or of '
            'another program. They are taken to be those of the config.',
            logger='current',
        )
    return tasks


def check_stored_tasks(
    stored: Mapping[str, Task], tasks: Mapping[str, Task], source: str, where: str
) -> None:
    """Checks that outputs mean the same in a checkpoint and elsewhere.

    What both sides state is compared: the type, channels, classes, unit and whatever else a kind
    defines, but not colours and which labels count.

    Args:
        stored: The checkpoint's tasks by name.
        tasks: The other tasks by name; those of other names are not compared.
        source: What the file is called in messages.
        where: Who says what the other tasks are, for the message.

    Raises:
        ValueError: If a definition differs.
    """
    for name in (name for name in tasks if name in stored):
        for title, here, there in traits(tasks[name], None, stored[name], limits=False):
            if None not in (here, there) and here != there:
                found, expected = _first_difference(there, here)
                raise ValueError(
                    f'{source}: the task {name!r} was trained with {title} {found}, expected that '
                    f'of {where}, {expected}.'
                )


def _first_difference(there: Any, here: Any) -> tuple[str, str]:
    """Shows two values; of long lists the first items that differ."""
    if isinstance(there, tuple) and isinstance(here, tuple) and len(there) == len(here):
        pairs = zip(there, here, strict=True)
        index = next(i for i, (one, other) in enumerate(pairs) if one != other)
        return f'{there[index]!r} (number {index})', repr(here[index])
    return repr(there), repr(here)
