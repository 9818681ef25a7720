"""Where the runs of a benchmark go: GPUs, or shares of the CPU."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import torch

_THREAD_VARIABLES = ('OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS')
_DEVICES = 'CUDA_VISIBLE_DEVICES'


@dataclass(frozen=True)
class Slot:
    """A place for one run at a time.

    Args:
        name: What it is, for messages.
        variables: Environment variables that keep a process to it.
    """

    name: str
    variables: dict[str, str] = field(default_factory=dict, hash=False)


def make_slots(gpus: int | None = None, jobs: int | None = None) -> list[Slot]:
    """Divides the machine among runs that go on at the same time.

    With GPUs, each run sees one. Without, the runs share the cores: each has as many threads as it
    has cores, so that they do not fight. A number of threads that is set in the environment is left
    as it is; that of ``OMP_NUM_THREADS`` holds for MKL and OpenBLAS too, unless they have one.

    Args:
        gpus: GPUs to use, of those that ``CUDA_VISIBLE_DEVICES`` allows; 0 for the CPU. Defaults to
            all.
        jobs: Runs at the same time: on each GPU (default: 1), or on the CPU (default: one for each
            core).

    Returns:
        The places, the first of every GPU before the second.

    Raises:
        ValueError: If there are not as many GPUs, or a number is out of range.
    """
    devices = _visible_devices()
    if gpus is not None and not 0 <= gpus <= len(devices):
        raise ValueError(f'--gpus: expected at most {len(devices)}, the GPUs here, found {gpus}.')
    if jobs is not None and jobs < 1:
        raise ValueError(f'--jobs: expected at least 1, found {jobs}.')
    devices = devices[:gpus]
    cores = _count_cores()
    if not devices:
        jobs = jobs or cores
        # A GPU that is there but is not to be used must stay out of sight.
        hidden = {_DEVICES: ''} if gpus == 0 else {}
        variables = hidden | _limit_threads(cores // jobs)
        return [Slot(f'CPU {index}', variables) for index in range(jobs)]
    jobs = jobs or 1
    threads = _limit_threads(cores // (jobs * len(devices)))
    return [
        Slot(f'GPU {device}', {_DEVICES: device} | threads)
        for _ in range(jobs)
        for device in devices
    ]


def _visible_devices() -> list[str]:
    count = torch.cuda.device_count()
    named = [name for name in os.environ.get(_DEVICES, '').split(',') if name]
    return named[:count] if named else [str(index) for index in range(count)]


def _count_cores() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _limit_threads(threads: int) -> dict[str, str]:
    # MKL and OpenBLAS read OMP_NUM_THREADS only where there is no number of their own.
    default = os.environ.get('OMP_NUM_THREADS', str(max(1, threads)))
    return {name: os.environ.get(name, default) for name in _THREAD_VARIABLES}
