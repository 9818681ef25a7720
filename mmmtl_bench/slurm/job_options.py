"""What a benchmark asks of Slurm for each of its jobs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_MINUTES = 240
DEFAULT_PARALLELISM = 256
LEAST_MINUTES = 5
"""A job gets its signal 90 seconds before its time limit; it must come to train before that."""

_TIME = re.compile(r'(?:(?P<days>\d+)-)?(?P<numbers>\d+(?::\d+){0,2})')
_OWN = ('array', 'error', 'open-mode', 'output', 'requeue', 'signal', 'wckey')
"""Options of sbatch that are set here, or by submitit."""
_NAMED = {'partition': '--partition', 'time': '--time', 'gres': '--gres'}


@dataclass(frozen=True)
class JobOptions:
    """What a job of a benchmark asks for.

    Args:
        partition: The partition. Defaults to None, the cluster's own.
        minutes: Time limit; a run that needs longer is put back into the queue and goes on.
            At least 5. Defaults to 240.
        gres: Generic resources, such as ``'gpu:1'``. Defaults to none.
        array_parallelism: How many jobs may run at the same time. Defaults to 256.
        sbatch: Further options of sbatch by name without dashes, such as ``account``, ``qos``,
            ``mem`` or ``cpus-per-task``. Defaults to none.

    Raises:
        ValueError: If a number is too small, or ``sbatch`` has an option that is set otherwise.
    """

    partition: str | None = None
    minutes: int = DEFAULT_MINUTES
    gres: str | None = None
    array_parallelism: int = DEFAULT_PARALLELISM
    sbatch: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Checks the values."""
        if self.minutes < LEAST_MINUTES:
            raise ValueError(
                f'--time: expected at least {LEAST_MINUTES} minutes, as a job saves 90 seconds '
                f'before they are over, found {self.minutes}.'
            )
        if self.array_parallelism < 1:
            raise ValueError(
                f'--array-parallelism: expected at least 1, found {self.array_parallelism}.'
            )
        for name in self.sbatch:
            if name in _NAMED:
                raise ValueError(f'--sbatch {name}: this is said by {_NAMED[name]}.')
            if name in _OWN:
                raise ValueError(f'--sbatch {name}: this is set for the jobs of a benchmark.')


def read_minutes(text: str) -> int:
    """Reads a time limit as Slurm writes it.

    Args:
        text: Minutes, ``M:S``, ``H:M:S``, ``D-H``, ``D-H:M`` or ``D-H:M:S``.

    Returns:
        Minutes, at least 1; seconds are rounded up.

    Raises:
        ValueError: If it is none of these, or 0.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(
            f"--time: expected minutes, or a time such as 2:30:00 or 1-12:00:00, found '{text}'."
        )
    numbers = [int(number) for number in found['numbers'].split(':')]
    if found['days'] is not None:
        hours, minutes, seconds = [*numbers, 0, 0][:3]
    elif len(numbers) == 3:
        hours, minutes, seconds = numbers
    else:
        minutes, seconds = [*numbers, 0][:2]
        hours = 0
    total = (int(found['days'] or 0) * 24 + hours) * 60 + minutes + (seconds > 0)
    if total == 0:
        raise ValueError(f"--time: expected more than nothing, found '{text}'.")
    return total


def read_sbatch_options(given: list[str]) -> dict[str, str]:
    """Reads further options of sbatch.

    Args:
        given: Such as ``['account=vision', 'mem=32G']``.

    Returns:
        Values by name.

    Raises:
        ValueError: If one is no name and value.
    """
    options = {}
    for text in given:
        name, equals, value = text.partition('=')
        if not (name and equals and value):
            raise ValueError(f"--sbatch: expected NAME=VALUE, such as account=lab, found '{text}'.")
        options[name.lstrip('-').replace('_', '-')] = value
    return options
