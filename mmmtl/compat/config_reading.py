"""Reads a config file, overrides values of it, and says what is wrong."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from mmengine.config import Config


def read_config(path: str | Path, import_custom_modules: bool = True) -> Config:
    """Reads a config file.

    Args:
        path: Path of the file.
        import_custom_modules: Whether its ``custom_imports`` are imported. Defaults to True.

    Returns:
        The config.

    Raises:
        FileNotFoundError: If the file is not there, or one that it inherits from.
        ValueError: If it is no Python, JSON or YAML file, or what it does fails; the message names
            file and line.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'There is no config file {str(path)!r}.')
    try:
        return Config.fromfile(path, import_custom_modules=import_custom_modules)
    except FileNotFoundError as error:
        raise FileNotFoundError(f'{path}: {error}') from error
    except SyntaxError as error:
        file = _file_of(error, path)
        raise ValueError(f'{file}, line {error.lineno}: {error.msg}.') from error
    except Exception as error:  # the file is a program and may raise anything
        raise ValueError(f'{_place_of(error, path)}: {type(error).__name__}: {error}') from error


def override_values(cfg: Config, options: Mapping[str, Any], name: str | Path) -> None:
    """Overrides values of a config, one option after the other: a later one may refine an earlier.

    Args:
        cfg: The config, changed in place.
        options: Values by dotted key, as of ``--cfg-options``.
        name: What the config is called in messages.

    Raises:
        ValueError: If a key leads nowhere, or a value cannot stand in its place.
    """
    for key, value in options.items():
        try:
            cfg.merge_from_dict({key: deepcopy(value)})
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise ValueError(
                f'the options do not fit the config {str(name)!r}: {key}: {error.args[0]}'
            ) from error


def _file_of(error: SyntaxError, path: str | Path) -> str:
    """Finds the file of a syntax error: mmengine parses texts, which have no name."""
    if error.filename is not None and Path(error.filename).is_file():
        return error.filename
    return _read_last(error) or str(path)


def _place_of(error: BaseException, path: str | Path) -> str:
    """Finds the line of a file that raised; else it is the file that is wrong as a whole."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame.f_code.co_name == '<module>':
            return f'{frame.f_code.co_filename}, line {line}'
    return _read_last(error) or str(path)


def _read_last(error: BaseException) -> str | None:
    """Finds the file that mmengine was reading: the config itself, or one of its bases."""
    names = [
        str(frame.f_locals['filename'])
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if 'filename' in frame.f_locals
    ]
    return next((name for name in reversed(names) if Path(name).is_file()), None)
