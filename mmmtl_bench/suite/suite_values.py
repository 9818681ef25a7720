"""Values of a suite file: their keys are known, and mistakes are named in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from mmmtl_bench.suite.run_spec import slug
from mmmtl_bench.suite.strict_values import EXPECTED, shown

Model = TypeVar('Model', bound='SuiteValues')
Result = TypeVar('Result')

_NO_FILE = 'no_file'


def _check_name(name: str) -> str:
    slug(name)
    return name


Options = dict[str, Any]
"""Values of a config by dotted key."""

Name = Annotated[str, AfterValidator(_check_name)]
"""A name that a folder can have."""


class SuiteValues(BaseModel):
    """The values below one key of a suite file, of which each key must be known."""

    model_config = ConfigDict(extra='forbid', strict=True, frozen=True)

    @classmethod
    def from_file(
        cls: type[Model], values: Any, where: str, context: Mapping[str, Any] | None = None
    ) -> Model:
        """Reads the values.

        Args:
            values: What the file has there.
            where: Where that is, for messages.
            context: What the values inherit, see :func:`inherited`. Defaults to nothing.

        Returns:
            The values.

        Raises:
            FileNotFoundError: If a file that they name is not there.
            ValueError: If a key is unknown or missing, or a value is wrong. One line names the
                first such place.
        """
        try:
            return cls.model_validate(values, context=dict(context or {}))
        except ValidationError as error:
            first = error.errors()[0]
            kind = FileNotFoundError if first['type'] == _NO_FILE else ValueError
            raise kind(_explain(first, where)) from error

    @model_validator(mode='before')
    @classmethod
    def _name_unknown_keys(cls, values: Any) -> Any:
        if isinstance(values, dict) and cls.model_config['extra'] == 'forbid':
            fields = sorted(cls.model_fields.items(), key=lambda item: not item[1].is_required())
            unknown = unknown_keys(values, [field.alias or name for name, field in fields])
            if unknown:
                raise ValueError(f'unknown key {unknown}')
        return values


def inherited(info: ValidationInfo) -> dict[str, Any]:
    """Gives what a value inherits from the keys around it.

    Args:
        info: What a validator is told besides the value.

    Returns:
        Values by name, empty at first. A validator may set them for the values that are read after
        it.
    """
    return cast(dict[str, Any], info.context)


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


def call_reader(function: Callable[..., Result], *args: Any) -> Result:
    """Calls what reads a file, within a validator.

    Args:
        function: The function.
        *args: What it is called with.

    Returns:
        What it returns.

    Raises:
        PydanticCustomError: If the file is not there.
    """
    try:
        return function(*args)
    except FileNotFoundError as error:
        raise PydanticCustomError(_NO_FILE, '{text}', {'text': str(error)}) from error


def error_at(key: str, text: str) -> PydanticCustomError:
    """Makes an error about one of the values that a validator sees.

    Args:
        key: Its key.
        text: What is wrong.

    Returns:
        The error.
    """
    return PydanticCustomError('at_key', '{text}', {'text': text, 'key': key})


def _explain(error: ErrorDetails, where: str) -> str:
    kind, place, context = error['type'], list(error['loc']), error.get('ctx', {})
    if place[-1:] == ['[key]']:
        place.pop()
        kind = 'invalid_key' if kind == 'string_type' else kind
    if kind in ('missing', 'invalid_key'):
        key = place.pop()
    if 'key' in context:
        place.append(context['key'])
    if kind == 'missing':
        text = f'{key} is missing'
    elif kind in EXPECTED:
        text = f'expected {EXPECTED[kind]}, found {shown(error["input"])}'
    else:
        text = str(context.get('error') or error['msg'])
    where += ''.join(f'[{part}]' if isinstance(part, int) else f'.{part}' for part in place)
    return f'{where}: {text}' if text.endswith(('.', '?')) else f'{where}: {text}.'
