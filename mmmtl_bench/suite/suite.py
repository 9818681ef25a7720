"""What a benchmark runs: tables of architectures and loss weightings.

The classes are those of a suite file, key by key; what a key leaves out comes from the one around
it. :func:`mmmtl_bench.suite.suite_reading.read_suite` makes a suite of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    WrapValidator,
    field_validator,
    model_validator,
)

from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.suite.config_files import read_tasks, read_weighting
from mmmtl_bench.suite.embedded_data import EmbeddedData
from mmmtl_bench.suite.run_differences import spec_differences
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.suite_values import Name, Options, SuiteValues, call_reader, error_at

WEIGHTING_KEY = 'model.loss_weighting'
SEED_KEY = 'randomness.seed'

_Entry = TypeVar('_Entry', bound='_NamedEntry')


def _around(info: ValidationInfo) -> dict[str, Any]:
    """Gives what a value inherits from the keys around it."""
    return cast(dict[str, Any], info.context)


_INHERITED: Any = object()


def _choose(labels: Any, check: Callable, info: ValidationInfo) -> list[str]:
    around = _around(info)
    if labels is _INHERITED:
        return around['labels']
    unknown = [label for label in check(labels) if label not in around['weightings']]
    if unknown:
        raise ValueError(
            f'unknown label {", ".join(unknown)}; the weightings of the suite are '
            f'{", ".join(around["weightings"]) or "none"}'
        )
    return labels


Labels = Annotated[list[str], WrapValidator(_choose)]
"""Labels of loss weightings of the suite; all that are chosen around where there are none."""


def check_seeds(seeds: Any) -> tuple[int, ...]:
    """Checks a list of seeds.

    Args:
        seeds: The seeds.

    Returns:
        The seeds.

    Raises:
        ValueError: If there is none, one is there twice, or one is no integer of at least 0.
    """
    if not isinstance(seeds, list):
        raise ValueError(f'expected a list, found {seeds!r}')
    for seed in seeds:
        if type(seed) is not int:
            raise ValueError(f'expected an integer, found {seed!r}')
    if not seeds or min(seeds) < 0 or len(set(seeds)) < len(seeds):
        raise ValueError(f'expected different integers of at least 0, found {seeds}')
    return tuple(seeds)


class Weighting(SuiteValues):
    """A loss weighting, and what else a run with it needs.

    A file may have the name or the config of the loss weighting alone.

    Args:
        weighting: Config of the loss weighting, which is ``config`` here, or its name.
        cfg_options: Values by dotted key, such as another schedule. Defaults to none.
    """

    config: Options = Field(alias='weighting')
    cfg_options: Options = {}

    @model_validator(mode='before')
    @classmethod
    def _read(cls, values: Any) -> Any:
        if not isinstance(values, dict) or 'weighting' not in values:
            values = {'weighting': values}
        config = values['weighting']
        if isinstance(config, str):
            config = call_reader(read_weighting, config)
        if isinstance(config, dict) and 'type' not in config:
            raise ValueError('type is missing, the name of the loss weighting')
        return {**values, 'weighting': config}


class Experiment(SuiteValues):
    """A config file and what overrides its values; a file may have its name alone.

    Args:
        config: Name of the file in ``configs/``, or its path.
        cfg_options: Values by dotted key. Those of the suite and of the table are added, the ones
            closer to the experiment winning.
    """

    config: str
    cfg_options: Options = Field({}, validate_default=True)
    _overrides: Options = PrivateAttr({})
    _tasks: tuple[str, ...] = PrivateAttr(())

    @property
    def tasks(self) -> tuple[str, ...]:
        """tuple: Names of the tasks that the config's network learns."""
        return self._tasks

    def options(self, seed: int, weighting: Weighting | None = None) -> dict[str, Any]:
        """Gives all values that override the config's in one run.

        Args:
            seed: Seed of the run.
            weighting: The loss weighting. Defaults to None: the config's is kept.

        Returns:
            The values by dotted key; the weighting's win over ``cfg_options``, and the suite's
            ``overrides`` over all.
        """
        options = {**self.cfg_options, SEED_KEY: seed}
        if weighting is not None:
            new = {**weighting.config, '_delete_': True}  # the config has another loss weighting
            options |= {**weighting.cfg_options, WEIGHTING_KEY: new}
        return options | self._overrides

    @model_validator(mode='before')
    @classmethod
    def _from_name(cls, values: Any) -> Any:
        return {'config': values} if isinstance(values, str) else values

    @field_validator('cfg_options')
    @classmethod
    def _inherit(cls, own: Options, info: ValidationInfo) -> Options:
        return _around(info)['cfg_options'] | own

    @model_validator(mode='after')
    def _read_tasks(self, info: ValidationInfo) -> Experiment:
        self._overrides = _around(info)['overrides']
        self._tasks = call_reader(read_tasks, self.config, self.options(0))
        return self


class _NamedEntry(SuiteValues):
    """An architecture of a table.

    Args:
        published: Its name among the published results. Defaults to its name here.
    """

    published: str = ''
    _name: str = PrivateAttr('')

    @property
    def name(self) -> str:
        """str: Name of the architecture."""
        return self._name

    def named(self: _Entry, name: str) -> _Entry:
        """Gives the entry with its name."""
        copy = self.model_copy(update={'published': self.published or name})
        copy._name = name
        return copy


class SingleTaskEntry(_NamedEntry):
    """An architecture that learns each task in a run of its own: an experiment for each task."""

    model_config = ConfigDict(extra='allow')
    __pydantic_extra__: dict[str, Experiment]

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
            for task, use in self.__pydantic_extra__.items()
        ]

    @model_validator(mode='after')
    def _check_tasks(self) -> SingleTaskEntry:
        for task, use in self.__pydantic_extra__.items():
            if use.tasks != (task,):
                found = f'{use.config} has {", ".join(use.tasks)}'
                raise error_at(task, f'expected a config with the task {task} alone, {found}')
        if not self.__pydantic_extra__:
            raise ValueError('expected a config for each task, found none')
        return self


class MultiTaskEntry(_NamedEntry, Experiment):
    """An architecture that learns all tasks at once, with several loss weightings.

    Args:
        weightings: Labels of the loss weightings, here ``labels``. Defaults to the table's.
    """

    labels: Labels = Field(_INHERITED, alias='weightings', validate_default=True)
    _weightings: dict[str, Weighting] = PrivateAttr({})

    @property
    def weightings(self) -> dict[str, Weighting]:
        """dict: The loss weightings by label."""
        return self._weightings

    def spec(self, dataset: str, weighting: str, seed: int) -> RunSpec:
        """Gives one run.

        Args:
            dataset: Name of the data set.
            weighting: Label of the loss weighting.
            seed: Seed of the run.

        Returns:
            The run.
        """
        options = self.options(seed, self.weightings[weighting])
        return RunSpec(dataset, self.name, self.tasks, weighting, seed, self.config, options)

    @model_validator(mode='after')
    def _find_weightings(self, info: ValidationInfo) -> MultiTaskEntry:
        if not self.labels:
            raise ValueError('there is no loss weighting; name some under weightings')
        known = _around(info)['weightings']
        self._weightings = {label: known[label] for label in self.labels}
        return self


class PublishedReference(SuiteValues):
    """Which published table stands beside ours.

    Args:
        source: Name of the publication, for example ``'mtan-cvpr19'``.
        table: Number of its table.
    """

    source: str
    table: int


class SuiteTable(SuiteValues):
    """A table of a suite: the runs on one data set.

    Args:
        title: Title of the table.
        dataset: Name of the data set.
        published: The published table. Defaults to None.
        cfg_options: Values by dotted key for all its configs. Defaults to none.
        weightings: Labels of its loss weightings, here ``labels``. Defaults to all of the suite.
        single_task: Architectures that learn each task alone, by name. Defaults to none.
        multi_task: Architectures that learn all tasks at once, by name. Defaults to none.
        baseline: Name of the single-task entry that gains are relative to. Defaults to None.
    """

    title: str
    dataset: Name
    published: PublishedReference | None = None
    cfg_options: Options = {}
    labels: Labels = Field(_INHERITED, alias='weightings', validate_default=True)
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

    def specs(self, seeds: Iterable[int]) -> list[RunSpec]:
        """Gives all runs of the table.

        Args:
            seeds: Seeds; each run is repeated with each.

        Returns:
            The runs, all of one seed before the next.
        """
        return [spec for seed in seeds for spec in self._specs_of(seed)]

    def _specs_of(self, seed: int) -> Iterator[RunSpec]:
        for single in self.single_task:
            yield from single.specs(self.dataset, seed)
        for multi in self.multi_task:
            for label in multi.weightings:
                yield multi.spec(self.dataset, label, seed)

    @field_validator('single', 'multi', mode='wrap')
    @classmethod
    def _read_entries(
        cls, entries: Any, read: Callable, info: ValidationInfo
    ) -> dict[str, _NamedEntry]:
        around = _around(info)
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


class Suite(SuiteValues):
    """A whole benchmark.

    Args:
        title: Its title.
        description: One or two sentences on it. Defaults to none.
        synthetic: Whether its data are synthetic. Defaults to False.
        seeds: Seeds; each run is repeated with each. Defaults to 0.
        average: What the report shows of a run: ``'last-K'`` (the mean of its last K validations),
            ``'last'`` or ``'best'``. Defaults to ``'last-10'``.
        data: Embedded data sets that are written before the first run. Defaults to none.
        cfg_options: Values by dotted key for all configs. Defaults to none.
        overrides: Values by dotted key that win over all others. Defaults to none.
        weightings: Loss weightings by label. Defaults to none.
        tables: The tables.
    """

    title: str
    description: Annotated[str, StringConstraints(strip_whitespace=True)] = ''
    synthetic: bool = False
    seeds: Annotated[tuple[int, ...], PlainValidator(check_seeds)] = (0,)
    average: str = 'last-10'
    data: list[Annotated[EmbeddedData, PlainValidator(EmbeddedData.from_suite)]] = []
    cfg_options: Options = {}
    overrides: Options = {}
    weightings: dict[Name, Weighting] = {}
    tables: list[SuiteTable]

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

    @field_validator('tables', mode='wrap')
    @classmethod
    def _read_tables(cls, tables: Any, read: Callable, info: ValidationInfo) -> list[SuiteTable]:
        around = _around(info)
        for key in ('cfg_options', 'overrides', 'weightings'):
            around[key] = info.data.get(key, {})  # {} if it is wrong, which is said first
        around['labels'] = list(around['weightings'])
        return read(tables)

    @model_validator(mode='after')
    def _check(self) -> Suite:
        ValidationAverage(self.average)
        self.specs()
        return self
