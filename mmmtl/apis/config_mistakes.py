"""What is wrong in a config, from the errors of mmengine's registries."""

from __future__ import annotations

import contextlib
import re
import sys
import traceback
from importlib.util import find_spec
from types import FrameType
from typing import Any

from mmengine.config import Config
from mmengine.registry import Registry, build_from_cfg
from mmseg.registry import OPTIMIZERS

from mmmtl.models.segmentors.named_parts import known_arguments
from mmmtl.tasks.nearest import nearest

_UNKNOWN_TYPE = re.compile(r'(\S+) is not in the (\S+) registry')
_UNKNOWN_ARGUMENT = re.compile(r"unexpected keyword argument '(\w+)'")


def check_optimizer(cfg: Config) -> None:
    """Checks that the optimizer that a config names exists; mmengine's own error does not say.

    Args:
        cfg: The config.

    Raises:
        ValueError: If it does not.
    """
    kind = ((cfg.get('optim_wrapper') or {}).get('optimizer') or {}).get('type')
    if isinstance(kind, str) and OPTIMIZERS.get(kind) is None:
        raise ValueError(
            f'optim_wrapper.optimizer.type: expected an optimizer, found {kind!r}'
            f'{nearest(kind, registered_names(OPTIMIZERS))}'
        )


def config_mistake(error: BaseException) -> str | None:
    """Says in one line which name in a config is unknown, if that is what an error is about.

    Args:
        error: What was raised while something was built from a config: a ``KeyError`` for an
            unknown ``type``, a ``TypeError`` for an argument that a type does not take or lacks.

    Returns:
        The line, or None if the error is about anything else.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    builders = [at for at, frame in enumerate(frames) if frame.f_code is build_from_cfg.__code__]
    if not builders:
        return None
    builder = frames[builders[-1]]
    if isinstance(error, KeyError):
        return _unknown_type(str(error.args[0]), builder)
    if isinstance(error, TypeError) and all(map(_only_passes_on, frames[builders[-1] + 1 :])):
        return _wrong_arguments(str(error), builder)
    return None


def _unknown_type(text: str, builder: FrameType) -> str | None:
    found = _UNKNOWN_TYPE.match(text)
    registry = builder.f_locals.get('registry')
    if found is None or not isinstance(registry, Registry):
        return None
    meant = missing_package(found[1]) or nearest(found[1], registered_names(registry))
    return f'type: {found[1]!r} is not in the registry {found[2]}{meant}'


def _wrong_arguments(text: str, builder: FrameType) -> str | None:
    built = builder.f_locals.get('obj_cls')
    if built is None:
        return None
    name = getattr(built, '__name__', str(built))
    unexpected = _UNKNOWN_ARGUMENT.search(text)
    if unexpected is None:
        return f'{name}: {text}.' if 'missing' in text else None
    return (
        f'{name} has no argument {unexpected[1]!r}{nearest(unexpected[1], known_arguments(built))}'
    )


def registered_names(registry: Registry) -> list[str]:
    """Gives what a registry and those above it know.

    Args:
        registry: The registry.

    Returns:
        The names.
    """
    above: Any = registry
    names: list[str] = []
    while above is not None:
        names += list(above.module_dict)
        above = above.parent
    return names


def missing_package(kind: str) -> str | None:
    """Says which package a type is of, if it is not installed.

    Args:
        kind: The unknown type, such as ``'mmpretrain.ConvNeXt'``.

    Returns:
        The end of a message, or None if the type names no package or one that is there.
    """
    package, dot, _ = kind.partition('.')
    if not dot or not package.isidentifier() or package in sys.modules or find_spec(package):
        return None
    return f'; no package {package} is installed.'


def _only_passes_on(frame: FrameType) -> bool:
    """Tells whether a frame is one of a decorator, or of a class that hands arguments to its base.

    A ``TypeError`` from anywhere deeper is no mistake in the config's names.
    """
    return frame.f_code.co_filename == contextlib.__file__ or frame.f_code.co_name == '__init__'
