"""Variables of the environment that speak to Slurm's commands."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager

_OF_THE_CLUSTER = {'SLURM_CONF', 'SLURM_CONF_SERVER', 'SLURM_JWT', 'SLURM_CLUSTERS'}
_OTHER_NAMES = {'time': 'TIMELIMIT', 'array': 'ARRAY_INX'}


@contextmanager
def without_slurm_variables(options: Collection[str]) -> Iterator[None]:
    """Lets nothing but a script's own lines say what its job is.

    Variables come before what a script says. Those of a job in which this process runs would be
    those of the jobs that it submits, such as its number of tasks.

    Args:
        options: Options of sbatch that the script has, by name without dashes. Variables of other
            options, such as ``SBATCH_ACCOUNT``, are left.

    Yields:
        Nothing. The variables are there again afterwards.
    """
    names = {f'SBATCH_{_OTHER_NAMES.get(o, o.upper().replace("-", "_"))}' for o in options}
    removed = {
        name: value
        for name, value in os.environ.items()
        if name in names or (name.startswith('SLURM_') and name not in _OF_THE_CLUSTER)
    }
    for name in removed:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(removed)
