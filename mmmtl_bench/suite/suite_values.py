"""Values of a suite file, checked as they are taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

Value = TypeVar('Value')

_NAMES: dict[type, str] = {
    bool: 'true or false',
    dict: 'values by key',
    int: 'an integer',
    list: 'a list',
    str: 'a text',
}


class SuiteValues:
    """The values below one key of a suite file.

    Every message says where in the file it is.

    Args:
        values: What the file has there.
        where: Where that is, for messages: ``'suite.yaml: tables[0]'``.
        required: Keys that must be there.
        optional: Keys that may be there. Defaults to none; None allows any.

    Raises:
        ValueError: If the values are no values by key, a key is unknown or one is missing.
    """

    def __init__(
        self,
        values: Any,
        where: str,
        required: tuple[str, ...] = (),
        optional: tuple[str, ...] | None = (),
    ) -> None:
        self.where = where
        self.values: dict[str, Any] = check_type(values, dict, where)
        for key in self.values:
            if not isinstance(key, str):
                raise ValueError(f'{where}: expected a text as key, found {key!r}.')
        if optional is not None:
            known = (*required, *optional)
            unknown = [key for key in self.values if key not in known]
            if unknown:
                raise ValueError(
                    f'{where}: unknown key {", ".join(unknown)}; known are {", ".join(known)}.'
                )
        missing = [key for key in required if key not in self.values]
        if missing:
            raise ValueError(f'{where}: {", ".join(missing)} is missing.')

    def get(self, key: str, kind: type[Value], default: Value) -> Value:
        """Takes out a value.

        Args:
            key: Its key.
            kind: What it must be.
            default: What it is where the file does not say.

        Returns:
            The value.

        Raises:
            ValueError: If it is of another type.
        """
        if key not in self.values:
            return default
        return check_type(self.values[key], kind, f'{self.where}.{key}')

    def items(self) -> Iterator[tuple[str, Any, str]]:
        """Gives each key, its value, and where that is."""
        for key, value in self.values.items():
            yield key, value, f'{self.where}.{key}'


def check_type(value: Any, kind: type[Value], where: str) -> Value:
    """Checks the type of a value.

    Args:
        value: The value.
        kind: What it must be; a bool is no integer.
        where: Where it is, for the message.

    Returns:
        The value.

    Raises:
        ValueError: If it is of another type.
    """
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f'{where}: expected {_NAMES[kind]}, found {value!r}.')
    return value
