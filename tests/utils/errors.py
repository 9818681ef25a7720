"""The exact words of a user's mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def error_of(call: Callable, *arguments: Any, **settings: Any) -> str:
    """Gives the message of the ValueError that a call raises; it must raise one."""
    try:
        call(*arguments, **settings)
    except ValueError as error:
        return str(error)
    raise AssertionError('no ValueError was raised')
