"""What Slurm says of jobs."""

from __future__ import annotations

import os
import subprocess
from enum import Enum

_WAITING = {
    'PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'RESV_DEL_HOLD',
    'SPECIAL_EXIT', 'SUSPENDED',
}  # fmt: skip
_RUNNING = {'RUNNING', 'COMPLETING', 'RESIZING', 'SIGNALING', 'STAGE_OUT', 'STOPPED'}
_SECONDS = 60.0


class JobPlace(Enum):
    """Where a job is."""

    WAITING = 'waiting'
    RUNNING = 'running'
    ENDED = 'ended'


def job_states() -> dict[str, str] | None:
    """Asks for the states of this user's jobs.

    ``squeue`` knows them on every cluster, ``sacct`` only where there is accounting.

    Returns:
        States by job, ``12`` or ``12_3`` for the fourth of an array; those that ended some minutes
        ago may be missing. None if Slurm gives no answer, as while its controller starts anew.
    """
    command = ['squeue', '--noheader', '--array', '--states=all', f'--user={os.geteuid()}']
    try:
        answer = subprocess.run(
            [*command, '--format=%F|%K|%T'],
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
            env={k: v for k, v in os.environ.items() if not k.startswith('SQUEUE_')},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = [line.split('|') for line in answer.stdout.splitlines() if line.count('|') == 2]
    return {(job if index == 'N/A' else f'{job}_{index}'): state for job, index, state in lines}


def place_of(state: str | None) -> JobPlace:
    """Tells where a job is.

    Args:
        state: Its state; None for one that is not in the queue any more.

    Returns:
        The place.
    """
    if state in _WAITING:
        return JobPlace.WAITING
    return JobPlace.RUNNING if state in _RUNNING else JobPlace.ENDED
