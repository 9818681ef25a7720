"""Reads a suite from its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.suite.config_files import read_tasks
from mmmtl_bench.suite.embedded_data import EmbeddedData
from mmmtl_bench.suite.run_spec import slug
from mmmtl_bench.suite.suite import Experiment, MultiTaskEntry, SingleTaskEntry, Suite, SuiteTable
from mmmtl_bench.suite.suite_values import (
    ExperimentValues,
    MultiTaskValues,
    SingleTaskValues,
    SuiteFile,
    TableValues,
    check_values,
)

Result = TypeVar('Result')


def read_suite(path: str | Path) -> Suite:
    """Reads a suite, and checks that its configs and weightings are there and fit together.

    Args:
        path: The YAML file; the suites in ``suites/`` are examples.

    Returns:
        The suite.

    Raises:
        FileNotFoundError: If the file is not there, or a config or weighting that it names.
        ValueError: If a key or value is wrong, or two different runs have the same identity.
    """
    return suite_from_values(read_suite_values(path), str(path))


def read_suite_values(path: str | Path) -> dict[str, Any]:
    """Reads what a suite's file says, without checking what it means.

    Args:
        path: The YAML file.

    Returns:
        The values by key.

    Raises:
        FileNotFoundError: If the file is not there.
        ValueError: If it is not YAML, has a key twice, or has no values by key.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'There is no suite {str(path)!r}.')
    try:
        values = yaml.load(Path(path).read_text(encoding='utf-8'), _Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError(f'{path}: not a valid YAML file: {error}') from error
    if not isinstance(values, dict):
        raise ValueError(f'{path}: expected values by key, found {values!r}.')
    return values


def suite_from_values(values: Mapping[str, Any], where: str) -> Suite:
    """Makes a suite of what its file says.

    Args:
        values: The values by key.
        where: Name of the file, for messages.

    Returns:
        The suite.

    Raises:
        FileNotFoundError: If a config or weighting is not there.
        ValueError: If a key or value is wrong, or two different runs have the same identity.
    """
    file = check_values(SuiteFile, values, where)
    located(where, ValidationAverage, file.average)
    for label in file.weightings:
        located(f'{where}.weightings.{label}', slug, label)
    suite = Suite(
        title=file.title,
        description=file.description.strip(),
        synthetic=file.synthetic,
        seeds=file.seeds,
        average=file.average,
        data=tuple(
            located(f'{where}.data[{index}]', EmbeddedData.from_suite, item)
            for index, item in enumerate(file.data)
        ),
        tables=tuple(
            _TableReader(file, table, f'{where}.tables[{index}]').read()
            for index, table in enumerate(file.tables)
        ),
    )
    located(where, suite.specs)
    return suite


def located(where: str, function: Callable[..., Result], *args: Any) -> Result:
    """Calls a function; errors that it raises say where the mistake is.

    Args:
        where: The place in the file.
        function: The function.
        *args: What it is called with.

    Returns:
        What it returns.

    Raises:
        FileNotFoundError: If it raises one.
        ValueError: If it raises one.
    """
    try:
        return function(*args)
    except (FileNotFoundError, ValueError) as error:
        message = f'{where}: {error}'
        raise type(error)(message if message.endswith(('.', '?')) else f'{message}.') from error


class _TableReader:
    """Reads a table, with what the suite says for all of them."""

    def __init__(self, suite: SuiteFile, table: TableValues, where: str) -> None:
        self.table = table
        self.where = where
        self.weightings = suite.weightings
        self.options = suite.cfg_options | table.cfg_options
        self.overrides = suite.overrides

    def read(self) -> SuiteTable:
        """Reads it."""
        table, where = self.table, self.where
        if table.baseline is not None and table.baseline not in table.single_task:
            raise ValueError(
                f'{where}.baseline: expected one of single_task '
                f'({", ".join(table.single_task) or "there is none"}), found {table.baseline!r}.'
            )
        labels = self._chosen(table, list(self.weightings), where)
        located(f'{where}.dataset', slug, table.dataset)
        return SuiteTable(
            title=table.title,
            dataset=table.dataset,
            published=table.published,
            baseline=table.baseline,
            single_task=tuple(self._single(*item) for item in table.single_task.items()),
            multi_task=tuple(self._multi(*item, labels) for item in table.multi_task.items()),
        )

    def _single(self, name: str, values: SingleTaskValues) -> SingleTaskEntry:
        where = f'{self.where}.single_task.{name}'
        experiments = {}
        for task, value in values.__pydantic_extra__.items():
            experiment, tasks = self._experiment(value, f'{where}.{task}')
            if tasks != (task,):
                raise ValueError(
                    f'{where}.{task}: expected a config with the task {task} alone, '
                    f'{experiment.config} has {", ".join(tasks)}.'
                )
            experiments[task] = experiment
        if not experiments:
            raise ValueError(f'{where}: expected a config for each task, found none.')
        located(where, slug, name)
        return SingleTaskEntry(name, experiments, values.published or name)

    def _multi(self, name: str, values: MultiTaskValues, labels: list[str]) -> MultiTaskEntry:
        where = f'{self.where}.multi_task.{name}'
        labels = self._chosen(values, labels, where)
        if not labels:
            raise ValueError(f'{where}: there is no loss weighting; name some under weightings.')
        located(where, slug, name)
        experiment, tasks = self._experiment(values, where)
        weightings = {label: self.weightings[label] for label in labels}
        return MultiTaskEntry(name, tasks, experiment, weightings, values.published or name)

    def _experiment(self, values: ExperimentValues, where: str) -> tuple[Experiment, tuple]:
        """Gives an experiment and the tasks of its config."""
        options = self.options | values.cfg_options
        experiment = Experiment(values.config, options, self.overrides)
        return experiment, located(where, read_tasks, values.config, experiment.options(0))

    def _chosen(
        self, values: TableValues | MultiTaskValues, default: list[str], where: str
    ) -> list[str]:
        """Gives the labels of the weightings that are chosen somewhere."""
        if 'weightings' not in values.model_fields_set:
            return default
        unknown = [label for label in values.weightings if label not in self.weightings]
        if unknown:
            raise ValueError(
                f'{where}.weightings: unknown label {", ".join(unknown)}; the weightings of the '
                f'suite are {", ".join(self.weightings) or "none"}.'
            )
        return values.weightings


class _Loader(yaml.SafeLoader):
    """Reads YAML, and refuses a key that is there twice, of which the first would be lost."""

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        """Reads values by key."""
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.composer.ComposerError(
                    None, None, f'the key {key.value!r} is there twice', key.start_mark
                )
            seen.add(key.value)
        return node
