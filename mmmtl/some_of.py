from __future__ import annotations

from collections.abc import Sequence


def some_of(names: Sequence[str], at_most: int = 5) -> str:
    """Names the first few of many, for messages.

    Args:
        names: The names.
        at_most: How many to name. Defaults to 5.

    Returns:
        Text without a full stop.

    >>> some_of(['a', 'b', 'c'], at_most=2)
    'a, b and 1 more'
    """
    more = len(names) - at_most
    return ', '.join(names[:at_most]) + (f' and {more} more' if more > 0 else '')
