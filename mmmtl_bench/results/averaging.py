"""One value of each metric for a run that was validated many times."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmmtl.evaluation.directions import higher_is_better
from mmmtl.evaluation.logged_scalars import RunScalars

_LAST_K = re.compile(r'last-([1-9]\d{0,8})')


@dataclass(frozen=True)
class ValidationAverage:
    """How the validations of a run become one value of each metric.

    Args:
        name: ``'last-K'``, the mean of the last K validations (``'last-10'`` is what the MTAN
            papers print); ``'last'``, the last one; or ``'best'``, the best one by the metric's
            direction, for each metric by itself, so that the values of a run need not be those of
            one epoch.

    Raises:
        ValueError: If it is none of these.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in ('last', 'best') and not _LAST_K.fullmatch(self.name):
            raise ValueError(f'average: expected last-K, last or best, found {self.name!r}.')

    @property
    def num_validations(self) -> int | None:
        """How many of the last validations are averaged; None for the best one."""
        if self.name == 'best':
            return None
        found = _LAST_K.fullmatch(self.name)
        return int(found[1]) if found else 1

    @property
    def description(self) -> str:
        """What a table must say of its values."""
        if self.name == 'best':
            return (
                'the best validation, of each metric by itself, so that the values of a line need '
                'not be of one epoch'
            )
        if self.name == 'last':
            return 'the last validation'
        return f'the mean of the last {self.num_validations} validations'

    def apply(self, scalars: RunScalars) -> dict[str, float]:
        """Gives the values of a run.

        Args:
            scalars: What the run logged.

        Returns:
            A value for each metric that was validated. For ``'best'`` those without a known
            direction are left out.
        """
        values = {
            key: self._value(key, scalars.series('val', key)[1]) for key in scalars.keys('val')
        }
        return {key: value for key, value in values.items() if value is not None}

    def _value(self, key: str, values: Sequence[float]) -> float | None:
        if self.num_validations is not None:
            last = values[-self.num_validations :]
            return math.fsum(last) / len(last)
        direction = higher_is_better(key)
        if direction is None:
            return None
        finite = [value for value in values if not math.isnan(value)]
        if not finite:
            return math.nan
        return max(finite) if direction else min(finite)
