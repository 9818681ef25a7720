"""Parts of a network by the names in a config, and what is wrong with a config in one line."""

from __future__ import annotations

import difflib
import inspect
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mmseg.registry import MODELS

_UNKNOWN_TYPE = re.compile(r'(\S+) is not in the (\S+) registry')
_UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")


def type_of(config: Mapping[str, Any], where: str) -> type:
    """Looks the type of a part up.

    Args:
        config: Config of the part.
        where: Place of the config, for messages.

    Returns:
        The type.

    Raises:
        ValueError: If the config names none, or one that does not exist.
    """
    if not isinstance(config, Mapping):
        raise ValueError(f'{where}: expected dict(type=...), found {config!r}.')
    kind = config.get('type')
    found = MODELS.get(kind) if isinstance(kind, str) else kind
    if found is None:
        near = _nearest(str(kind), list(MODELS.module_dict))
        raise ValueError(
            f'{where}.type: expected the type of a part of a network, found {kind!r}{near}.'
        )
    return found


def build_named(config: Mapping[str, Any], where: str) -> Any:
    """Builds a part of a network.

    Args:
        config: Config of the part, which may hold those of further parts.
        where: Place of the config, for messages.

    Returns:
        The part.

    Raises:
        ValueError: If an argument is wrong, unknown or lacking, an assertion of mmseg's fails, or a
            part within has no type or one that does not exist; the message begins with the place.
    """
    try:
        return MODELS.build(dict(config))
    except ValueError as error:
        raise ValueError(f'{where}: {error}') from error
    except KeyError as error:  # mmengine's, of a part within this one
        mistake = _type_mistake(str(error.args[0]))
        if mistake is None:
            raise
        raise ValueError(f'{where}: {mistake}') from error
    except TypeError as error:
        raise ValueError(_unknown_argument(config, where, str(error)) or f'{where}: {error}') from (
            error
        )
    except AssertionError as error:  # mmseg's, most of which say nothing
        line = traceback.extract_tb(error.__traceback__)[-1].line
        said = str(error) or f'{type_of(config, where).__name__} refuses its config: {line}'
        raise ValueError(f'{where}: {said}') from error


def takes_any_argument(part_type: type) -> bool:
    """Tells whether a type takes arguments that it does not name, for the types it is made of.

    Args:
        part_type: The type.
    """
    parameters = inspect.signature(part_type).parameters.values()
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def named_arguments(part_type: type, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Chooses the arguments that a type names.

    Args:
        part_type: The type.
        arguments: Values by argument.

    Returns:
        Those of the type.
    """
    parameters = inspect.signature(part_type).parameters
    return {key: value for key, value in arguments.items() if key in parameters}


def known_arguments(part_type: Any) -> Iterator[str]:
    """Gives what a type can be told, also through its bases.

    Args:
        part_type: The type, or a function that builds something.

    Yields:
        The names of its arguments; some may come twice.
    """
    for base in getattr(part_type, '__mro__', (part_type,)):
        if base is not object and (base is part_type or '__init__' in vars(base)):
            for name, parameter in inspect.signature(base).parameters.items():
                if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                    yield name


def _unknown_argument(config: Mapping[str, Any], where: str, reason: str) -> str | None:
    """Finds the argument that a type refused, or one that was meant for another that it lacks."""
    unexpected = _UNEXPECTED.search(reason)
    if not unexpected and 'missing' not in reason:
        return None
    for place, part in _parts(config, where):
        kind = part['type']
        found = MODELS.get(kind) if isinstance(kind, str) else kind
        if found is None:
            continue
        known = list(known_arguments(found))
        unknown = [key for key in part if key not in known and key != 'type']
        for key in unknown if unexpected is None else [unexpected[1]]:
            near = _nearest(key, known)
            if key in unknown and (unexpected or near):
                return f'{place}: {found.__name__} has no argument {key!r}{near}.'
    return None


def _type_mistake(reason: str) -> str | None:
    if 'must contain the key "type"' in reason:
        return 'expected dict(type=...), found a part without a type.'
    unknown = _UNKNOWN_TYPE.match(reason)
    if unknown is None:
        return None
    near = _nearest(unknown[1], list(MODELS.module_dict))
    return f'type: {unknown[1]!r} is not in the registry {unknown[2]}{near}.'


def _nearest(word: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f', the nearest is {near[0]!r}' if near else ''


def _parts(config: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Finds the configs with a type in a config, itself first."""
    if isinstance(config, Mapping):
        if 'type' in config:
            yield place, config
        for key, value in config.items():
            yield from _parts(value, f'{place}.{key}')
    elif isinstance(config, (list, tuple)):
        for index, value in enumerate(config):
            yield from _parts(value, f'{place}.{index}')
