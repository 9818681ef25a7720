"""Types and arguments that are misspelt."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mmengine.registry import Registry

from mmmtl.apis.config_mistakes import missing_package, registered_names
from mmmtl.checks.places import Place
from mmmtl.checks.problems import Problems
from mmmtl.models.segmentors.named_parts import known_arguments
from mmmtl.models.segmentors.task_parts import loss_weighting_names
from mmmtl.tasks.nearest import nearest, nearest_name


def check_names(found: Iterable[Place], problems: Problems) -> set[str]:
    """Checks types and the names of arguments, and writes the nearest names in their place.

    So what comes after this check sees what was probably meant.

    Args:
        found: The parts of a config, changed in place.
        problems: Gets the problems.

    Returns:
        Places of parts whose type stays unknown: they cannot be built.
    """
    unknown = set()
    for place in list(found):
        built = _type_of(place, problems)
        if built is None:
            unknown.add(place.where)
        elif place.judged:
            _check_arguments(place, built, problems)
    return unknown


def _type_of(place: Place, problems: Problems) -> Any:
    kind = place.config['type']
    if callable(kind):
        return kind
    built = _registered(kind, place.registry) if isinstance(kind, str) else None
    if built is not None:
        return built
    if place.where == 'model.loss_weighting':
        names: Sequence[str] = loss_weighting_names()
        expected = f'one of {", ".join(names)}'
    else:
        names = registered_names(place.registry)
        expected = f'a type of the registry {_title(place.registry)}'
    lacking = missing_package(kind) if isinstance(kind, str) else None
    problems.add(
        f'{place.where}.type',
        f'expected {expected}, found {kind!r}{lacking or nearest(kind, names)}',
    )
    meant = None if lacking else nearest_name(kind, names)
    if meant is None:
        return None
    place.config['type'] = meant
    return place.registry.get(meant)


def _registered(kind: str, registry: Registry) -> Any:
    """Looks a type up in mmseg's registry, then in that of the default scope, where it is built."""
    if not kind or kind.startswith('.'):  # which Registry.get takes for a module
        return None
    found = registry.get(kind)
    if found is None:
        with registry.switch_scope_and_registry(None) as own:
            found = None if own is registry else own.get(kind)
    return found if callable(found) else None  # Registry.get gives modules and what is in them


def _check_arguments(place: Place, built: Any, problems: Problems) -> None:
    if _takes_any(built):
        return
    known = [*known_arguments(built), *_taken_out(built), *place.free]
    for key in [key for key in place.config if key not in (*known, 'type', '_scope_')]:
        name = getattr(built, '__name__', str(built))
        problems.add(place.where, f'{name} has no argument {key!r}{nearest(key, known)}')
        value = place.config.pop(key)
        meant = nearest_name(key, known)
        if meant is not None:
            place.config.setdefault(meant, value)


def _takes_any(built: Any) -> bool:
    """Tells whether a type, or the last of the bases that it hands arguments to, takes any."""
    owners = [base for base in getattr(built, '__mro__', (built,)) if _has_own_arguments(base)]
    for owner in owners or [built]:
        try:
            parameters = inspect.signature(owner).parameters.values()
        except ValueError:  # a type that is written in C
            return True
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            return False
    return True


def _taken_out(built: Any) -> Iterator[str]:
    """Gives the words in constructors that take any argument, as in ``kwargs.pop('word')``."""
    for base in getattr(built, '__mro__', (built,)):
        made_by = vars(base).get('__init__') if isinstance(base, type) else base
        code = getattr(made_by, '__code__', None)
        if code is not None and code.co_flags & inspect.CO_VARKEYWORDS:
            yield from (word for word in code.co_consts if isinstance(word, str))


def _has_own_arguments(base: Any) -> bool:
    return base is not object and (not isinstance(base, type) or '__init__' in vars(base))


def _title(registry: Registry) -> str:
    return f'{registry.scope}::{registry.name}'
