"""Whether the values of a definition are of the types that its kind states."""

from __future__ import annotations

import dataclasses
import inspect
from numbers import Integral, Real
from typing import Any

_TYPES: dict[str, type] = {
    'str': str,
    'bool': bool,
    'int': Integral,
    'float': Real,
    'None': type(None),
}
_WORDS = {
    'str': 'a text',
    'bool': 'True or False',
    'int': 'a whole number',
    'float': 'a number',
    'None': 'None',
}


def check_field_types(task: Any) -> None:
    """Checks the texts, numbers and truth values of a task.

    Fields of other types are the matter of their kind.

    Args:
        task: A dataclass instance with a name.

    Raises:
        ValueError: If a value is of another type than its field.
    """
    for part in dataclasses.fields(task):
        stated = part.type if isinstance(part.type, str) else inspect.formatannotation(part.type)
        names = [name.strip() for name in stated.split('|')]
        value = getattr(task, part.name)
        if not set(names) <= set(_TYPES) or any(_is_of(value, name) for name in names):
            continue
        raise ValueError(
            f'tasks.{task.name}.{part.name}: expected '
            f'{" or ".join(_WORDS[name] for name in names)}, found {value!r}.'
        )


def _is_of(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == 'bool'  # which Python counts among the whole numbers
    return isinstance(value, _TYPES[name])
