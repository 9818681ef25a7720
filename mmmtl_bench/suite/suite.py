"""What a benchmark runs: tables of architectures and loss weightings.

:func:`mmmtl_bench.suite.suite_reading.read_suite` makes a suite of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmmtl_bench.suite.embedded_data import EmbeddedData
from mmmtl_bench.suite.run_differences import spec_differences
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.suite_values import PublishedReference, Weighting

WEIGHTING_KEY = 'model.loss_weighting'
SEED_KEY = 'randomness.seed'


@dataclass(frozen=True)
class Experiment:
    """A config file and what overrides its values.

    Args:
        config: Name of the file in ``configs/``, or its path.
        cfg_options: Values by dotted key: those of the suite, of the table and of the experiment
            itself, the later ones winning; those of the loss weighting win over them.
        overrides: Values that win over all others.
    """

    config: str
    cfg_options: Mapping[str, Any]
    overrides: Mapping[str, Any]

    def options(self, seed: int, weighting: Weighting | None = None) -> dict[str, Any]:
        """Gives all values that override the config's in one run.

        Args:
            seed: Seed of the run.
            weighting: The loss weighting. Defaults to None: the config's is kept.

        Returns:
            The values by dotted key.
        """
        options = {**self.cfg_options, SEED_KEY: seed}
        if weighting is not None:
            new = {**weighting.config, '_delete_': True}  # the config has another loss weighting
            options |= {**weighting.cfg_options, WEIGHTING_KEY: new}
        return options | dict(self.overrides)


@dataclass(frozen=True)
class SingleTaskEntry:
    """An architecture that learns each task in a run of its own.

    Args:
        name: Name of the architecture.
        experiments: The experiment of each task.
        published: Name of the architecture among the published results.
    """

    name: str
    experiments: Mapping[str, Experiment]
    published: str

    def specs(self, dataset: str, seed: int) -> list[RunSpec]:
        """Gives the runs, one for each task.

        Args:
            dataset: Name of the data set.
            seed: Seed of the runs.

        Returns:
            The runs in the order of the tasks.
        """
        return [
            RunSpec(dataset, self.name, (task,), None, seed, use.config, use.options(seed))
            for task, use in self.experiments.items()
        ]


@dataclass(frozen=True)
class MultiTaskEntry:
    """An architecture that learns all tasks at once, with several loss weightings.

    Args:
        name: Name of the architecture.
        tasks: Names of the tasks.
        experiment: The experiment.
        weightings: The loss weightings by label.
        published: Name of the architecture among the published results.
    """

    name: str
    tasks: tuple[str, ...]
    experiment: Experiment
    weightings: Mapping[str, Weighting]
    published: str

    def spec(self, dataset: str, weighting: str, seed: int) -> RunSpec:
        """Gives one run.

        Args:
            dataset: Name of the data set.
            weighting: Label of the loss weighting.
            seed: Seed of the run.

        Returns:
            The run.
        """
        options = self.experiment.options(seed, self.weightings[weighting])
        config = self.experiment.config
        return RunSpec(dataset, self.name, self.tasks, weighting, seed, config, options)


@dataclass(frozen=True)
class SuiteTable:
    """A table of a suite: the runs on one data set.

    Args:
        title: Title of the table.
        dataset: Name of the data set.
        published: The published table, if there is one.
        baseline: Name of the single-task entry that gains are relative to, if there is one.
        single_task: Architectures that learn each task alone.
        multi_task: Architectures that learn all tasks at once.
    """

    title: str
    dataset: str
    published: PublishedReference | None
    baseline: str | None
    single_task: tuple[SingleTaskEntry, ...]
    multi_task: tuple[MultiTaskEntry, ...]

    def specs(self, seeds: Iterable[int]) -> list[RunSpec]:
        """Gives all runs of the table.

        Args:
            seeds: Seeds; each run is repeated with each.

        Returns:
            The runs, all of one seed before the next.
        """
        return [spec for seed in seeds for spec in self._specs_of(seed)]

    def _specs_of(self, seed: int) -> Iterable[RunSpec]:
        for single in self.single_task:
            yield from single.specs(self.dataset, seed)
        for multi in self.multi_task:
            for label in multi.weightings:
                yield multi.spec(self.dataset, label, seed)


@dataclass(frozen=True)
class Suite:
    """A whole benchmark.

    Args:
        title: Its title.
        description: One or two sentences on it.
        synthetic: Whether its data are synthetic.
        seeds: Seeds; each run is repeated with each.
        average: What the report shows of a run: ``'last-K'`` (the mean of its last K validations),
            ``'last'`` or ``'best'``.
        data: Embedded data sets that are written before the first run.
        tables: The tables.
    """

    title: str
    description: str
    synthetic: bool
    seeds: tuple[int, ...]
    average: str
    data: tuple[EmbeddedData, ...]
    tables: tuple[SuiteTable, ...]

    def specs(self, seeds: Sequence[int] | None = None) -> list[RunSpec]:
        """Gives all runs; one that belongs to several tables is there once.

        Args:
            seeds: Seeds. Defaults to the suite's.

        Returns:
            The runs, all of one seed before the next: an interrupted benchmark has whole tables.

        Raises:
            ValueError: If two different runs would have the same folder.
        """
        found: dict[str, RunSpec] = {}
        for seed in self.seeds if seeds is None else seeds:
            for table in self.tables:
                for spec in table.specs([seed]):
                    known = found.setdefault(str(spec.folder), spec)
                    if known != spec:
                        raise ValueError(
                            f'two different runs would be in {spec.folder}: '
                            f'{"; ".join(spec_differences(known, spec))}'
                        )
        return list(found.values())
