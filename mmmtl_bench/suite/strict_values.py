"""Values of JSON as a data class says them: what is of another type is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

Kind = TypeVar('Kind')

EXPECTED = {
    'bool_type': 'true or false',
    'dataclass_type': 'values by key',
    'dict_type': 'values by key',
    'float_type': 'a number',
    'model_type': 'values by key',
    'int_type': 'an integer',
    'list_type': 'a list',
    'string_type': 'a text',
    'tuple_type': 'a list',
    'invalid_key': 'a text as key',
}
"""What was expected, by pydantic's names of mistakes."""

_LONGEST_SHOWN = 80


def read_as(kind: type[Kind], values: Mapping[str, Any]) -> Kind:
    """Makes a data class of values that JSON can hold, each of which must be of its type.

    Args:
        kind: The data class.
        values: Its values by name; lists are tuples where it has these.

    Returns:
        The instance.

    Raises:
        ValueError: If a value is of another type. One line names the first such place.
    """
    try:
        adapter = _adapter(kind)  # type: ignore[arg-type]  # classes can be hashed
        return adapter.validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        raise ValueError(_explain(error.errors()[0])) from error


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    """Gives what reads a data class; making it takes as long as reading a hundred."""
    return TypeAdapter(kind)


def read_json(path: str | Path) -> dict[str, Any]:
    """Reads values by key from a JSON file.

    Args:
        path: The file.

    Returns:
        The values.

    Raises:
        ValueError: If it is no JSON in UTF-8, is nested too deeply, or holds something else.
    """
    try:
        values = json.loads(Path(path).read_text(encoding='utf-8'))
    except RecursionError as error:
        raise ValueError(
            'expected values by key, found lists or values nested too deeply'
        ) from error
    if not isinstance(values, dict):
        raise ValueError(f'expected values by key, found {shown(values)}')
    return values


def shown(value: Any) -> str:
    """Gives a value as messages show it: the first characters of it.

    Args:
        value: The value.

    Returns:
        Its text.
    """
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f'{text[:_LONGEST_SHOWN]}...'


def _explain(error: ErrorDetails) -> str:
    place = '.'.join(map(str, error['loc']))
    if error['type'] in EXPECTED:
        return f'{place}: expected {EXPECTED[error["type"]]}, found {shown(error["input"])}'
    said = str(error.get('ctx', {}).get('error') or error['msg'])
    return f'{place}: {said}' if place else said
