from __future__ import annotations

from numbers import Real
from typing import Any


def check_number(name: str, value: Any) -> None:
    """Checks that an argument of a reader is a number.

    Args:
        name: Name of the argument.
        value: Its value.

    Raises:
        ValueError: If it is none, such as a text from a command line.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f'{name}: expected a number, found {value!r}.')
