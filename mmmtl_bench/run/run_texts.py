"""What the views of a benchmark say of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mmmtl_bench.run.benchmark_run import BenchmarkRun, RunState
from mmmtl_bench.run.time_left import estimate_time_left

_HEADLINES = ('mIoU', 'abs_err', 'mean')
_TEXTS = {
    RunState.WAITING: 'waiting',
    RunState.RUNNING: 'running',
    RunState.HELD: 'held elsewhere',
    RunState.FINISHED: 'finished',
    RunState.FAILED: 'failed',
}


def state_text(run: BenchmarkRun) -> str:
    """Says what a run is at, and the epoch if it is running.

    Args:
        run: The run.

    Returns:
        Such as ``'running, epoch 3/10'``.
    """
    text = _TEXTS[run.state]
    progress = run.progress
    if run.state in (RunState.RUNNING, RunState.HELD) and progress.position:
        unit = 'epoch' if progress.by_epoch else 'iteration'
        text += f', {unit} {progress.position}/{progress.length}'
    elif run.state is RunState.WAITING and progress.done:
        text += f', {progress.done}/{progress.length} done'
    return text


def metrics_text(metrics: Mapping[str, float]) -> str:
    """Gives one metric of each task.

    Args:
        metrics: Metrics by name, ``'seg/mIoU'``.

    Returns:
        Such as ``'seg/mIoU 41.2  depth/abs_err 0.0153'``.
    """
    by_task: dict[str, dict[str, float]] = {}
    for name, value in metrics.items():
        task, _, metric = name.rpartition('/')
        by_task.setdefault(task, {})[metric] = value
    texts = []
    for task, values in by_task.items():
        metric = next((name for name in _HEADLINES if name in values), next(iter(values)))
        texts.append(f'{f"{task}/{metric}".lstrip("/")} {values[metric]:.4g}')
    return '  '.join(texts)


def summary_text(runs: Sequence[BenchmarkRun], slots: int) -> str:
    """Says how far a benchmark is.

    Args:
        runs: All runs.
        slots: How many go on at the same time.

    Returns:
        Such as ``'12 of 40 runs finished, 2 running, 1 failed; about 0:25:00 left'``.
    """
    counts = {state: sum(run.state is state for run in runs) for state in RunState}
    text = f'{counts[RunState.FINISHED]} of {len(runs)} runs finished'
    for state in (RunState.RUNNING, RunState.HELD, RunState.FAILED):
        if counts[state]:
            text += f', {counts[state]} {_TEXTS[state]}'
    left = estimate_time_left(runs, slots)
    return f'{text}; about {duration_text(left)} left' if left else text


def duration_text(seconds: float) -> str:
    """Writes a duration.

    Args:
        seconds: The duration.

    Returns:
        Hours, minutes and seconds: ``'1:02:03'``.
    """
    return str(timedelta(seconds=round(seconds)))
