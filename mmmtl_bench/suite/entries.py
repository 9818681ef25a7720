"""The architectures of a table: those that learn each task alone, and those that learn all."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ConfigDict, PrivateAttr, ValidationInfo, model_validator

from mmmtl_bench.suite.experiment import Experiment
from mmmtl_bench.suite.labels import Labels
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.suite_values import SuiteValues, error_at, inherited
from mmmtl_bench.suite.weighting import Weighting

_NOT_KNOWN = ('not known',)
_Entry = TypeVar('_Entry', bound='_NamedEntry')


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
            if use.tasks and use.tasks != (task,):
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

    labels: Labels
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
        tasks = self.tasks or _NOT_KNOWN
        return RunSpec(dataset, self.name, tasks, weighting, seed, self.config, options)

    @model_validator(mode='after')
    def _find_weightings(self, info: ValidationInfo) -> MultiTaskEntry:
        if not self.labels:
            raise ValueError('there is no loss weighting; name some under weightings')
        known = inherited(info)['weightings']
        self._weightings = {label: known[label] for label in self.labels}
        return self
