"""Hands runs to Slurm, as arrays of jobs."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from mmmtl.files import write_atomically
from mmmtl_bench.run.benchmark_run import BenchmarkRun
from mmmtl_bench.slurm.job_options import JobOptions
from mmmtl_bench.slurm.run_job import SECONDS_TO_SAVE, RunJob
from mmmtl_bench.slurm.slurm_variables import without_slurm_variables

JOB_FILE = 'slurm_job'
"""Name of the file in a run's folder that has the number of its last job."""

LOG_FOLDER = 'slurm'
"""Folder of the benchmark with what submitit writes."""

_ARRAY = 1000
"""Jobs of an array at most; Slurm's own limit is 1001 unless a cluster sets another."""
_SAID = (
    'array', 'error', 'job-name', 'no-requeue', 'open-mode', 'output', 'requeue', 'signal', 'time',
    'wait',
)  # fmt: skip
"""Options of sbatch that each script has, or that would be against one of them."""
_TIMES = 10_000
"""How often a job may be put back into the queue because its time is over."""


def check_slurm() -> None:
    """Checks that jobs can be submitted from here.

    Raises:
        ValueError: If submitit is not installed, or there is no Slurm.
    """
    try:
        import submitit  # noqa: F401
    except ImportError as error:
        raise ValueError(
            "--executor slurm needs submitit: pip install 'submitit>=1.5.4', or the extra [slurm]."
        ) from error
    missing = [name for name in ('sbatch', 'squeue', 'srun') if shutil.which(name) is None]
    if missing:
        raise ValueError(f'--executor slurm: there is no {", ".join(missing)} on this machine.')


def submit(runs: Sequence[BenchmarkRun], root: Path, options: JobOptions) -> dict[str, str]:
    """Submits runs, a job for each.

    Args:
        runs: The runs.
        root: Folder of the benchmark, which all nodes must see.
        options: What a job asks for.

    Returns:
        The number of its job by the run's folder.

    Raises:
        ValueError: If Slurm does not take the jobs, such as for a partition that is not there, or
            the folder's path has a ``%``.
        KeyboardInterrupt: If this was interrupted, not before the numbers of the jobs that Slurm
            has taken are in the runs' folders.
    """
    if '%' in str(root.resolve()):
        raise ValueError(
            '--work-dir: expected a path without %, which Slurm reads in the names of its logs, '
            f'found {root.resolve()}.'
        )
    numbers: dict[str, str] = {}
    for start in range(0, len(runs), _ARRAY):
        with _interrupted_later():
            part = runs[start : start + _ARRAY]
            jobs = [RunJob(run.spec, root.resolve(), run.commands) for run in part]
            try:
                taken = _submit_array(jobs, root.resolve(), options)
            except ValueError as error:
                before = f' {start} runs were submitted before; their jobs go on.' if start else ''
                raise ValueError(f'{error}{before}') from error
            for run, number in zip(part, taken, strict=True):
                write_atomically(run.folder / JOB_FILE, f'{number}\n')
                run.describe()
                numbers[str(run.folder)] = number
    return numbers


def last_job(run: BenchmarkRun) -> str | None:
    """Gives the number of the job that was last submitted for a run.

    Args:
        run: The run.

    Returns:
        The number; None if there was none.
    """
    path = run.folder / JOB_FILE
    return path.read_text(encoding='utf-8').strip() if path.is_file() else None


def job_log(root: Path, number: str) -> Path:
    """Gives the file with what a job said beside its run's log.

    Args:
        root: Folder of the benchmark.
        number: Number of the job.

    Returns:
        The path.
    """
    return root / LOG_FOLDER / f'{number}_0_log.err'


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Lets a request to end wait until the block is over, for the processes it starts too."""
    asked: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.signal(number, lambda *_: asked.append(1)) for number in numbers]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)
    if asked:
        raise KeyboardInterrupt


def _submit_array(jobs: Sequence[RunJob], root: Path, options: JobOptions) -> list[str]:
    import submitit
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    executor = submitit.SlurmExecutor(folder=root / LOG_FOLDER, max_num_timeout=_TIMES)
    given: dict[str, Any] = dict(partition=options.partition, gres=options.gres)
    cores = options.sbatch.get('cpus-per-task')
    given = {name: value for name, value in given.items() if value is not None}
    executor.update_parameters(
        **given,
        job_name='mmmtl',
        time=options.minutes,
        array_parallelism=options.array_parallelism,
        signal_delay_s=SECONDS_TO_SAVE + 30,
        additional_parameters={'requeue': True, **options.sbatch},
        srun_args=[] if cores is None else [f'--cpus-per-task={cores}'],
    )
    try:
        with (
            without_slurm_variables([*given, *_SAID, *options.sbatch]),
            redirect_stderr(StringIO()),  # submitit repeats there what sbatch says
            executor.batch(),
        ):
            submitted = [executor.submit(job) for job in jobs]
    except (FailedJobError, FailedSubmissionError) as error:
        raise ValueError(f'--executor slurm: {_reason(error)}') from error
    return [job.job_id for job in submitted]


def _reason(error: Exception) -> str:
    """Gives what sbatch said, in one line."""
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if line.startswith(('sbatch: ', 'Could not make sense'))]
    return ' '.join(said or [line for line in lines if line][-1:])
