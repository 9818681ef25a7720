"""How tables print numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

MISSING = '–'
"""What stands for a value that is missing or NaN."""


def format_number(value: float) -> str:
    """Writes a number with four significant digits.

    Args:
        value: The number.

    Returns:
        Its text, a dash for NaN.
    """
    return MISSING if math.isnan(value) else f'{float(value):#.4g}'.rstrip('.')


def column_decimals(values: Iterable[float]) -> int:
    """Chooses how many decimals the numbers of a column have: the largest gets four digits.

    Args:
        values: The numbers.

    Returns:
        Decimals, at most 8 and at least 0.
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0:
        return 3
    return min(8, max(0, 3 - math.floor(math.log10(largest))))


def best_of(values: Iterable[float], higher_is_better: bool | None) -> float | None:
    """Picks the value to print in bold.

    Args:
        values: The values of a column; NaN is none.
        higher_is_better: Whether more is better; None if that is not known.

    Returns:
        The best one; None if there are not several to choose from or no direction is known.
    """
    known = [float(value) for value in values if not math.isnan(value)]
    if higher_is_better is None or len(known) < 2:
        return None
    return max(known) if higher_is_better else min(known)
