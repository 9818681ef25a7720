"""What a suite file may say: its keys, and the types of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from mmmtl_bench.suite.config_files import read_weighting

Options = dict[str, Any]
"""Values of a config by dotted key."""

_EXPECTED = {
    'bool_type': 'true or false',
    'dict_type': 'values by key',
    'model_type': 'values by key',
    'int_type': 'an integer',
    'list_type': 'a list',
    'string_type': 'a text',
    'invalid_key': 'a text as key',
}
_NO_FILE = 'no_file'


class SuiteValues(BaseModel):
    """Values below one key of a suite file, of which each key must be known."""

    model_config = ConfigDict(extra='forbid', strict=True, frozen=True)

    @model_validator(mode='before')
    @classmethod
    def _name_unknown_keys(cls, values: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        if isinstance(values, dict) and cls.model_config['extra'] == 'forbid':
            unknown = unknown_keys(values, known)
            if unknown:
                raise ValueError(f'unknown key {unknown}')
        return values


class Weighting(SuiteValues):
    """A loss weighting, and what else a run with it needs.

    A file may have the name or the config of the loss weighting alone.

    Args:
        weighting: Config of the loss weighting, here ``config``; a file may also give its name.
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
            try:
                config = read_weighting(config)
            except FileNotFoundError as error:
                raise PydanticCustomError(_NO_FILE, '{text}', {'text': str(error)}) from error
        if isinstance(config, dict) and 'type' not in config:
            raise ValueError('type is missing, the name of the loss weighting')
        return {**values, 'weighting': config}


class ExperimentValues(SuiteValues):
    """A config and what overrides its values; a file may have the name of the config alone."""

    config: str
    cfg_options: Options = {}

    @model_validator(mode='before')
    @classmethod
    def _from_name(cls, values: Any) -> Any:
        return {'config': values} if isinstance(values, str) else values


class MultiTaskValues(ExperimentValues):
    """An architecture that learns all tasks at once."""

    weightings: list[str] = []
    published: str = ''


class SingleTaskValues(SuiteValues):
    """An architecture that learns each task alone: a config for each task."""

    model_config = ConfigDict(extra='allow')
    __pydantic_extra__: dict[str, ExperimentValues]

    published: str = ''


class PublishedReference(SuiteValues):
    """Which published table stands beside ours.

    Args:
        source: Name of the publication, for example ``'mtan-cvpr19'``.
        table: Number of its table.
    """

    source: str
    table: int


class TableValues(SuiteValues):
    """A table: the runs on one data set."""

    title: str
    dataset: str
    published: PublishedReference | None = None
    baseline: str | None = None
    single_task: dict[str, SingleTaskValues] = {}
    multi_task: dict[str, MultiTaskValues] = {}
    weightings: list[str] = []
    cfg_options: Options = {}


class SuiteFile(SuiteValues):
    """All that a suite file says."""

    title: str
    tables: list[TableValues]
    description: str = ''
    synthetic: bool = False
    seeds: Any = (0,)
    average: str = 'last-10'
    cfg_options: Options = {}
    overrides: Options = {}
    data: list[Options] = []
    weightings: dict[str, Weighting] = {}

    @field_validator('seeds')
    @classmethod
    def _check_seeds(cls, seeds: Any) -> tuple[int, ...]:
        return check_seeds(seeds)


Values = TypeVar('Values', bound=SuiteValues)


def check_values(model: type[Values], values: Any, where: str) -> Values:
    """Checks values of a suite file.

    Args:
        model: What they must be.
        values: The values.
        where: Where they are, for messages.

    Returns:
        The values.

    Raises:
        FileNotFoundError: If a loss weighting is not there.
        ValueError: If a key is unknown or missing, or a value of another type. One line names the
            first such place.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        kind = FileNotFoundError if first['type'] == _NO_FILE else ValueError
        raise kind(_explain(first, where)) from error


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


def unknown_keys(values: Mapping[Any, Any], known: Iterable[str]) -> str:
    """Names keys that are not known.

    Args:
        values: Values by key.
        known: The known keys.

    Returns:
        The unknown keys, the known ones and, where they are alike, which were meant; empty if all
        keys are known.
    """
    names = list(known)
    unknown = [str(key) for key in values if key not in names]
    if not unknown:
        return ''
    meant = [match for key in unknown for match in get_close_matches(key, names, 1)]
    question = f'; did you mean {", ".join(meant)}?' if meant else ''
    return f'{", ".join(unknown)}; known are {", ".join(names)}{question}'


def _explain(error: ErrorDetails, where: str) -> str:
    kind, place = error['type'], list(error['loc'])
    if kind in ('value_error', _NO_FILE):
        context = error['ctx']
        text = str(context['error'] if kind == 'value_error' else context['text'])
    elif kind == 'missing':
        text = f'{place.pop()} is missing'
    else:
        if place[-1:] == ['[key]']:
            kind = 'invalid_key'
            place.pop()
        if kind == 'invalid_key':
            place.pop()
        text = f'expected {_EXPECTED.get(kind, error["msg"])}, found {error["input"]!r}'
    where += ''.join(f'[{part}]' if isinstance(part, int) else f'.{part}' for part in place)
    return f'{where}: {text}' if text.endswith(('.', '?')) else f'{where}: {text}.'
