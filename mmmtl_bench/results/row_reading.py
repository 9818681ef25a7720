"""Joins the runs of a line of a table, over tasks and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmmtl.evaluation.joint_metrics import joint_metrics
from mmmtl.evaluation.logged_scalars import read_scalars
from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.results.result_types import Run, Value
from mmmtl_bench.run.run_record import read_record
from mmmtl_bench.suite.run_differences import spec_differences
from mmmtl_bench.suite.run_spec import RunSpec


@dataclass(frozen=True)
class JoinedRuns:
    """The runs of a line.

    Args:
        by_seed: The finished runs by seed: one, or one for each task.
        num_tasks: How many networks the line needs: one, or one for each task.
        missing: Folders of the runs that are not finished.
        notes: What is odd about the folders.
    """

    by_seed: dict[int, tuple[Run, ...]]
    num_tasks: int
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, seed after seed."""
        return tuple(run for runs in self.by_seed.values() for run in runs)

    @property
    def whole(self) -> tuple[Run, ...] | None:
        """The runs of the first seed of which all are finished."""
        return next((own for own in self.by_seed.values() if len(own) == self.num_tasks), None)

    def metrics_of_seeds(self, average: ValidationAverage) -> dict[int, dict[str, float]]:
        """Gives the metrics of each seed, those of several networks together.

        Args:
            average: How the validations of a run become one value.

        Returns:
            Metrics by seed, those that are computed of several tasks' included.
        """
        joined = {
            seed: {key: value for run in runs for key, value in average.apply(run.scalars).items()}
            for seed, runs in self.by_seed.items()
        }
        return {seed: {**joint_metrics(own), **own} for seed, own in joined.items()}


def join_runs(folder: Path, specs: Iterable[RunSpec]) -> JoinedRuns:
    """Reads the finished ones of a line's runs.

    Args:
        folder: The benchmark's folder.
        specs: All runs of the line.

    Returns:
        The runs.

    Raises:
        FileNotFoundError: If a finished run has no log.
        ValueError: If a record or a log is broken.
    """
    found: dict[int, list[Run]] = {}
    missing, notes = [], []
    specs = list(specs)
    for spec in specs:
        record = read_record(folder / spec.folder)
        if record is None:
            missing.append(str(spec.folder))
        elif record.spec != spec:
            missing.append(str(spec.folder))
            notes.append(
                f'{spec.folder} is left out, it is not the run that the suite asks for: '
                f'{"; ".join(spec_differences(record.spec, spec))}.'
            )
        else:
            path = folder / spec.folder
            found.setdefault(spec.seed, []).append(Run(path, spec, record, read_scalars(path)))
    return JoinedRuns(
        by_seed={seed: tuple(runs) for seed, runs in found.items()},
        num_tasks=len({spec.tasks for spec in specs}),
        missing=tuple(missing),
        notes=tuple(notes),
    )


def values_over_seeds(numbers: Sequence[Mapping[str, float]]) -> dict[str, Value]:
    """Averages numbers over seeds.

    Args:
        numbers: Numbers by name, of each seed.

    Returns:
        Mean and sample standard deviation of each number over the seeds that have it.
    """
    names = dict.fromkeys(name for own in numbers for name in own)
    return {name: _value([own[name] for own in numbers if name in own]) for name in names}


def _value(values: Sequence[float]) -> Value:
    std = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Value(float(np.mean(values)), std, len(values))
