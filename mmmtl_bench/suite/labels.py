"""Which of a suite's loss weightings a table, or one of its entries, has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, WrapValidator

from mmmtl_bench.suite.suite_values import inherited

_LEFT_OUT: Any = object()


def _choose(labels: Any, check: Callable, info: ValidationInfo) -> list[str]:
    around = inherited(info)
    if labels is _LEFT_OUT:
        return around['labels']
    unknown = [label for label in check(labels) if label not in around['weightings']]
    if unknown:
        raise ValueError(
            f'unknown label {", ".join(unknown)}; the weightings of the suite are '
            f'{", ".join(around["weightings"]) or "none"}'
        )
    return labels


Labels = Annotated[
    list[str],
    WrapValidator(_choose),
    Field(default=_LEFT_OUT, alias='weightings', validate_default=True),
]
"""Labels of loss weightings of the suite, under the key ``weightings``; all that are chosen around
where the key is left out."""
