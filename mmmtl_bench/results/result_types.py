"""What a benchmark comes to: tables of numbers over seeds, ready to be printed and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mmmtl.evaluation.logged_scalars import RunScalars
from mmmtl.tasks import Task
from mmmtl_bench.results.published import PublishedRow, PublishedTable
from mmmtl_bench.run.run_record import RunRecord
from mmmtl_bench.suite.run_spec import RunSpec


@dataclass(frozen=True)
class Run:
    """A finished run.

    Args:
        folder: Its folder.
        spec: What was run.
        record: What is known of it beside its curves.
        scalars: The numbers that it logged.
    """

    folder: Path
    spec: RunSpec
    record: RunRecord
    scalars: RunScalars


@dataclass(frozen=True)
class Value:
    """A number over several seeds.

    Args:
        mean: The mean.
        std: The sample standard deviation (n - 1); None for one seed.
        count: Number of seeds.
    """

    mean: float
    std: float | None
    count: int


@dataclass(frozen=True)
class ResultRow:
    """A line of a table: one architecture with one weighting, over all seeds.

    Args:
        architecture: Name of the architecture; for single-task networks of the group of them; for
            a published line that belongs to none of ours as printed there.
        weighting: Label of the weighting; None for single-task networks.
        runs: The finished runs, several of one seed where each task has a network of its own.
        metrics: Every metric that the runs logged. A single-task row joins those of its tasks.
        num_params: Number of parameters, of all the networks that the line needs; None if no run,
            or not that of every task, is finished.
        params_ratio: ``num_params`` over one single-task network, that of the baseline's first
            task, as the papers' #P.
        flops: Multiply-adds of one image, of all the networks that the line needs.
        gains: Average relative gain against the baseline's run of the same seed, by name of the
            definition, see :mod:`mmmtl.evaluation.relative_gain`; empty for the baseline.
        mean_rank: Mean over the table's metrics of the line's rank among the lines that have all
            of them, 1 for the best.
        published: The line of the published table that belongs to it.
        missing: Folders of runs that are not finished, relative to the benchmark's.
        num_trained: How many of ``num_params`` are trained; None if that is not known.
    """

    architecture: str
    weighting: str | None
    runs: tuple[Run, ...]
    metrics: dict[str, Value]
    num_params: int | None
    params_ratio: float | None
    flops: int | None
    gains: dict[str, Value]
    mean_rank: float | None
    published: PublishedRow | None
    missing: tuple[str, ...]
    num_trained: int | None = None

    @classmethod
    def of_published(cls, published: PublishedRow) -> ResultRow:
        """Makes the line of a published one that belongs to none of ours.

        Args:
            published: The published line.

        Returns:
            A line without runs and numbers of ours.
        """
        return cls(
            architecture=published.architecture,
            weighting=published.weighting,
            runs=(),
            metrics={},
            num_params=None,
            params_ratio=None,
            flops=None,
            gains={},
            mean_rank=None,
            published=published,
            missing=(),
        )

    @property
    def has_frozen(self) -> bool:
        """bool: Whether some of the parameters are known to be frozen."""
        return self.num_trained not in (None, self.num_params)


@dataclass(frozen=True)
class ResultTable:
    """A table: all lines of one data set.

    Args:
        title: Its title.
        dataset: Name of the data set.
        metrics: Names of the metrics to show, in their order.
        rows: Its lines, in the suite's order.
        baseline: Architecture of the line that gains are relative to.
        published: The published table to compare with.
        differences: Sentences on what differs between the protocols of the runs and of the
            published table, and among the runs.
        notes: Other sentences to print below the table.
        tasks: The tasks of the runs by name, as far as the runs say how they are defined.
        counted: Names of the metrics that gains and ranks count. Defaults to none: the usual ones
            of the tasks.
    """

    title: str
    dataset: str
    metrics: tuple[str, ...]
    rows: tuple[ResultRow, ...]
    baseline: str | None
    published: PublishedTable | None
    differences: tuple[str, ...]
    notes: tuple[str, ...] = ()
    tasks: Mapping[str, Task] = field(default_factory=dict)
    counted: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """tuple: Folders of the runs that are not finished."""
        return tuple(folder for row in self.rows for folder in row.missing)


@dataclass(frozen=True)
class BenchmarkResults:
    """All tables of a benchmark.

    Args:
        title: Title of the suite.
        description: What the suite is about.
        synthetic: Whether the data are synthetic, which every report must say.
        average: How a run's validations became one value: ``'last-K'``, ``'last'`` or ``'best'``.
        tables: The tables.
        notes: Sentences to print with each table: how values were averaged.
        definitions: Sentences that say what the columns are, to print once below the tables.
    """

    title: str
    description: str
    synthetic: bool
    average: str
    tables: tuple[ResultTable, ...]
    notes: tuple[str, ...]
    definitions: tuple[str, ...]
