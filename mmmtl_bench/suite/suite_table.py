"""The tables of a suite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from mmmtl_bench.results.published import find_published_table
from mmmtl_bench.suite.entries import MultiTaskEntry, SingleTaskEntry
from mmmtl_bench.suite.labels import Labels
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.suite_values import Name, Options, SuiteValues, inherited


class PublishedReference(SuiteValues):
    """Which published table stands beside ours.

    Args:
        source: Name of the publication, for example ``'mtan-cvpr19'``.
        table: Number of its table. Defaults to None, for sources that are not one table.
        others: Whether its lines that belong to no architecture here are shown too, below ours.
            Defaults to False.
    """

    source: str
    table: int | None = None
    others: bool = False

    @model_validator(mode='after')
    def _find(self) -> PublishedReference:
        find_published_table(self.source, self.table)
        return self


class SuiteTable(SuiteValues):
    """A table of a suite: the runs on one data set.

    Args:
        title: Title of the table.
        dataset: Name of the data set.
        published: The published table. Defaults to None.
        cfg_options: Values by dotted key for all its configs. Defaults to none.
        weightings: Labels of its loss weightings, here ``labels``. Defaults to all of the suite.
        metrics: Names of the metrics to show, in their order; gains and ranks count those of them
            that are a task's. Defaults to those of the tasks.
        single_task: Architectures that learn each task alone, by name. Defaults to none.
        multi_task: Architectures that learn all tasks at once, by name. Defaults to none.
        baseline: Name of the single-task entry that gains are relative to. Defaults to None.
    """

    title: str
    dataset: Name
    published: PublishedReference | None = None
    cfg_options: Options = {}
    labels: Labels
    metrics: list[str] = []
    single: dict[Name, SingleTaskEntry] = Field({}, alias='single_task')
    multi: dict[Name, MultiTaskEntry] = Field({}, alias='multi_task')
    baseline: str | None = Field(None, validate_default=True)

    @property
    def single_task(self) -> tuple[SingleTaskEntry, ...]:
        """tuple: Architectures that learn each task alone."""
        return tuple(self.single.values())

    @property
    def multi_task(self) -> tuple[MultiTaskEntry, ...]:
        """tuple: Architectures that learn all tasks at once."""
        return tuple(self.multi.values())

    def specs(self, seed: int) -> list[RunSpec]:
        """Gives all runs of the table with one seed.

        Args:
            seed: Seed of the runs.

        Returns:
            The runs, those that learn one task first.
        """
        single = [spec for entry in self.single_task for spec in entry.specs(self.dataset, seed)]
        multi = [
            entry.spec(self.dataset, label, seed)
            for entry in self.multi_task
            for label in entry.weightings
        ]
        return single + multi

    @field_validator('single', 'multi', mode='wrap')
    @classmethod
    def _read_entries(cls, entries: Any, read: Callable, info: ValidationInfo) -> dict[str, Any]:
        around = inherited(info)
        outer = dict(around)
        around['labels'] = info.data.get('labels', [])
        around['cfg_options'] = outer['cfg_options'] | info.data.get('cfg_options', {})
        try:
            return {name: entry.named(name) for name, entry in read(entries).items()}
        finally:
            around.update(outer)

    @field_validator('baseline')
    @classmethod
    def _find_baseline(cls, baseline: str | None, info: ValidationInfo) -> str | None:
        single = info.data.get('single', {})
        if baseline is not None and baseline not in single:
            names = ', '.join(single) or 'there is none'
            raise ValueError(f'expected one of single_task ({names}), found {baseline!r}')
        return baseline
