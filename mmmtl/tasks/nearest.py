"""What somebody meant who misspelt a name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def nearest(name: Any, known: Iterable[str]) -> str:
    """Says which known name comes near to an unknown one.

    Args:
        name: The unknown name, or what stands in its place.
        known: The names that there are.

    Returns:
        The end of a message, such as ``'; did you mean 'classes'?'``, or a full stop if no name
        comes near.
    """
    meant = nearest_name(name, known)
    return f'; did you mean {meant!r}?' if meant is not None else '.'


def nearest_name(name: Any, known: Iterable[str]) -> str | None:
    """Finds the known name that comes nearest to an unknown one.

    Args:
        name: The unknown name, or what stands in its place.
        known: The names that there are.

    Returns:
        The name, or None if none comes near.
    """
    return next(iter(get_close_matches(str(name), list(known), 1)), None)
