"""Reads a suite from its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from mmmtl_bench.suite.config_files import read_tasks, read_weighting
from mmmtl_bench.suite.embedded_data import EmbeddedData
from mmmtl_bench.suite.run_spec import slug
from mmmtl_bench.suite.suite import (
    Experiment,
    MultiTaskEntry,
    PublishedReference,
    SingleTaskEntry,
    Suite,
    SuiteTable,
    Weighting,
)
from mmmtl_bench.suite.suite_values import SuiteValues, check_type

Result = TypeVar('Result')
Weightings = dict[str, Weighting]

_AVERAGE = re.compile(r'last|best|last-[1-9]\d*')


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
    return check_type(values, dict, str(path))


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
    top = SuiteValues(
        values,
        where,
        required=('title', 'tables'),
        optional=(
            'description',
            'synthetic',
            'seeds',
            'average',
            'cfg_options',
            'overrides',
            'data',
            'weightings',
        ),
    )
    average = top.get('average', str, 'last-10')
    if not _AVERAGE.fullmatch(average):
        raise ValueError(f'{where}.average: expected last-K, last or best, found {average!r}.')
    reader = _TableReader(
        weightings=_weightings(SuiteValues(top.get('weightings', dict, {}), where, optional=None)),
        cfg_options=top.get('cfg_options', dict, {}),
        overrides=top.get('overrides', dict, {}),
    )
    suite = Suite(
        title=top.get('title', str, ''),
        description=top.get('description', str, '').strip(),
        synthetic=top.get('synthetic', bool, False),
        seeds=check_seeds(top.get('seeds', list, [0]), f'{where}.seeds'),
        average=average,
        data=tuple(
            _at(f'{where}.data[{index}]', EmbeddedData.from_suite, check_type(item, dict, where))
            for index, item in enumerate(top.get('data', list, []))
        ),
        tables=tuple(
            reader.table(item, f'{where}: tables[{index}]')
            for index, item in enumerate(top.get('tables', list, []))
        ),
    )
    _at(where, suite.specs)
    return suite


def check_seeds(seeds: list[Any], where: str) -> tuple[int, ...]:
    """Checks a list of seeds.

    Args:
        seeds: The seeds.
        where: Where they are, for messages.

    Returns:
        The seeds.

    Raises:
        ValueError: If there is none, one is there twice, or one is no integer of at least 0.
    """
    numbers = tuple(check_type(seed, int, where) for seed in seeds)
    if not numbers or min(numbers) < 0 or len(set(numbers)) < len(numbers):
        raise ValueError(f'{where}: expected different integers of at least 0, found {seeds}.')
    return numbers


class _TableReader:
    """Reads the tables, with what the suite says for all of them."""

    def __init__(
        self, weightings: Weightings, cfg_options: dict[str, Any], overrides: dict[str, Any]
    ) -> None:
        self.weightings = weightings
        self.cfg_options = cfg_options
        self.overrides = overrides

    def table(self, values: Any, where: str) -> SuiteTable:
        """Reads one table."""
        table = SuiteValues(
            values,
            where,
            required=('title', 'dataset'),
            optional=(
                'published',
                'baseline',
                'single_task',
                'multi_task',
                'weightings',
                'cfg_options',
            ),
        )
        single = SuiteValues(
            table.get('single_task', dict, {}), f'{where}.single_task', optional=None
        )
        multi = SuiteValues(table.get('multi_task', dict, {}), f'{where}.multi_task', optional=None)
        baseline = table.values.get('baseline')
        if baseline is not None and baseline not in single.values:
            raise ValueError(
                f'{where}.baseline: expected one of single_task '
                f'({", ".join(single.values) or "there is none"}), found {baseline!r}.'
            )
        options = self.cfg_options | table.get('cfg_options', dict, {})
        chosen = table.get('weightings', list, list(self.weightings))
        labels = self._chosen(chosen, f'{where}.weightings')
        dataset = table.get('dataset', str, '')
        _at(f'{where}.dataset', slug, dataset)
        return SuiteTable(
            title=table.get('title', str, ''),
            dataset=dataset,
            published=_published(table.values.get('published'), f'{where}.published'),
            baseline=baseline,
            single_task=tuple(self._single(*item, options) for item in single.items()),
            multi_task=tuple(self._multi(*item, options, labels) for item in multi.items()),
        )

    def _single(self, name: str, values: Any, where: str, options: dict) -> SingleTaskEntry:
        entry = SuiteValues(values, where, optional=None)
        published = entry.get('published', str, name)
        experiments = {}
        for task, value, place in entry.items():
            if task == 'published':
                continue
            experiment, _ = self._experiment(value, place, options, extra=())
            found = _at(place, read_tasks, experiment.config, experiment.options(0))
            if found != (task,):
                raise ValueError(
                    f'{place}: expected a config with the task {task} alone, '
                    f'{experiment.config} has {", ".join(found)}.'
                )
            experiments[task] = experiment
        if not experiments:
            raise ValueError(f'{where}: expected a config for each task, found none.')
        _at(where, slug, name)
        return SingleTaskEntry(name, experiments, published)

    def _multi(
        self, name: str, values: Any, where: str, options: dict, labels: list[str]
    ) -> MultiTaskEntry:
        experiment, entry = self._experiment(values, where, options, ('weightings', 'published'))
        if 'weightings' in entry.values:
            labels = self._chosen(entry.get('weightings', list, []), f'{where}.weightings')
        if not labels:
            raise ValueError(f'{where}: there is no loss weighting; name some under weightings.')
        _at(where, slug, name)
        tasks = _at(where, read_tasks, experiment.config, experiment.options(0))
        weightings = {label: self.weightings[label] for label in labels}
        published = entry.get('published', str, name)
        return MultiTaskEntry(name, tasks, experiment, weightings, published)

    def _experiment(
        self, value: Any, where: str, options: dict, extra: tuple[str, ...]
    ) -> tuple[Experiment, SuiteValues]:
        """Reads a config's name, or its long form, which is given too."""
        if isinstance(value, str):
            value = {'config': value}
        entry = SuiteValues(value, where, required=('config',), optional=('cfg_options', *extra))
        own = options | entry.get('cfg_options', dict, {})
        return Experiment(entry.get('config', str, ''), own, self.overrides), entry

    def _chosen(self, labels: list[Any], where: str) -> list[str]:
        unknown = [label for label in labels if label not in self.weightings]
        if unknown:
            raise ValueError(
                f'{where}: unknown label {", ".join(map(str, unknown))}; the weightings of the '
                f'suite are {", ".join(self.weightings) or "none"}.'
            )
        return labels


def _weightings(values: SuiteValues) -> Weightings:
    weightings = {}
    for label, value, _ in values.items():
        where = f'{values.where}: weightings.{label}'
        _at(where, slug, label)
        cfg_options = {}
        if isinstance(value, dict) and 'weighting' in value:
            entry = SuiteValues(value, where, ('weighting',), ('cfg_options',))
            value, cfg_options = entry.values['weighting'], entry.get('cfg_options', dict, {})
        if isinstance(value, str):
            value = _at(where, read_weighting, value)
        elif 'type' not in check_type(value, dict, where):
            raise ValueError(f'{where}: type is missing, the name of the loss weighting.')
        weightings[label] = Weighting(value, cfg_options)
    return weightings


def _published(value: Any, where: str) -> PublishedReference | None:
    if value is None:
        return None
    values = SuiteValues(value, where, required=('source', 'table'))
    return PublishedReference(values.get('source', str, ''), values.get('table', int, 0))


def _at(where: str, function: Callable[..., Result], *args: Any) -> Result:
    """Calls a function; errors that it raises say where in the file they come from."""
    try:
        return function(*args)
    except (FileNotFoundError, ValueError) as error:
        message = f'{where}: {error}'
        raise type(error)(message if message.endswith('.') else f'{message}.') from error


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
