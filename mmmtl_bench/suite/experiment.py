"""The experiments of a suite: its configs, and what overrides their values."""

from __future__ import annotations

from typing import Any

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from mmmtl_bench.suite.config_files import read_tasks
from mmmtl_bench.suite.suite_values import Options, SuiteValues, call_reader, inherited
from mmmtl_bench.suite.weighting import Weighting

TASKS_OF = 'tasks_of'
"""Key of what experiments inherit: a function of a config and its options that gives the names of
their tasks, other than by reading the config, which is a program; none if it does not know them."""

_WEIGHTING_KEY = 'model.loss_weighting'
_SEED_KEY = 'randomness.seed'


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
        """tuple: Names of the tasks that the config's network learns; none if not known."""
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
        options = {**self.cfg_options, _SEED_KEY: seed}
        if weighting is not None:
            new = {**weighting.config, '_delete_': True}  # the config has another loss weighting
            options |= {**weighting.cfg_options, _WEIGHTING_KEY: new}
        return options | self._overrides

    @model_validator(mode='before')
    @classmethod
    def _from_name(cls, values: Any) -> Any:
        return {'config': values} if isinstance(values, str) else values

    @field_validator('cfg_options')
    @classmethod
    def _inherit(cls, own: Options, info: ValidationInfo) -> Options:
        return inherited(info)['cfg_options'] | own

    @model_validator(mode='after')
    def _read_tasks(self, info: ValidationInfo) -> Experiment:
        self._overrides = inherited(info)['overrides']
        read = inherited(info).get(TASKS_OF, read_tasks)
        self._tasks = call_reader(read, self.config, self.options(0))
        return self
