"""Checks of the names of a task's classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def checked_class_names(task: str, given: Any, least: int, most: int | None) -> tuple[str, ...]:
    """Checks the names of classes.

    Args:
        task: Name of the task.
        given: The names.
        least: The least number of classes.
        most: The largest number of classes; None for any.

    Returns:
        The names.

    Raises:
        ValueError: If they are not a list of names, too few or too many, or two are the same.
    """
    where = f'tasks.{task}.classes'
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ValueError(f'{where}: expected a list of names, found {given!r}.')
    names = tuple(str(name) for name in given)
    if len(names) < least or (most is not None and len(names) > most):
        expected = f'at least {least}' if most is None else f'{least} to {most}'
        raise ValueError(f'{where}: expected {expected} names, found {len(names)}.')
    counts = dict.fromkeys(names, 0)
    for name in names:
        counts[name] += 1
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        raise ValueError(f'{where}: expected different names, found {twice} twice.')
    return names
