"""The loss weightings of a suite."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from mmmtl_bench.suite.config_files import read_weighting
from mmmtl_bench.suite.suite_values import Options, SuiteValues, call_reader


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
