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
    meant = get_close_matches(str(name), list(known), 1)
    return f'; did you mean {meant[0]!r}?' if meant else '.'
