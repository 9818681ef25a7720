from __future__ import annotations

from collections.abc import Collection, Iterable


def asked_of(known: Iterable[str], asked: Collection[str] | None) -> tuple[str, ...]:
    """Chooses the tasks that a part of a network computes.

    Args:
        known: Names of the tasks that the part has.
        asked: Names of the tasks that are asked for; None for all.

    Returns:
        The names that are both, in the order of the part's.

    >>> asked_of(('seg', 'depth', 'normal'), {'normal', 'seg'})
    ('seg', 'normal')
    """
    return tuple(task for task in known if asked is None or task in asked)
