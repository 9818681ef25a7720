"""The config files that a suite names."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from mmengine.config import Config, ConfigDict

from mmmtl.compat.config_reading import override_values, read_config
from mmmtl.shipped_files import PREFIX, shipped_folder

CONFIGS = shipped_folder() / 'configs'
"""The package's experiments."""

WEIGHTINGS = CONFIGS / '_base_' / 'weightings'
"""The package's loss weightings."""


def find_config(name: str) -> Path:
    """Finds an experiment's config file.

    Args:
        name: Name of a config of the package, with or without ``mmmtl::``, or a path.

    Returns:
        The absolute path.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    for path in (CONFIGS / name.removeprefix(PREFIX), Path(name)):
        if path.is_file():
            return path.resolve()
    raise FileNotFoundError(f'there is no config file {name!r}, neither in {CONFIGS} nor as a path')


def is_of_package(name: str) -> bool:
    """Tells whether a config file is one of the package, and so not a stranger's program.

    Args:
        name: See :func:`find_config`.

    Returns:
        Whether it is; False if there is no such file.
    """
    try:
        return find_config(name).is_relative_to(CONFIGS.resolve())
    except (FileNotFoundError, OSError, ValueError):  # of a name that no file can have
        return False


def merged_config(name: str, cfg_options: Mapping[str, Any]) -> Config:
    """Reads an experiment's config file and overrides values.

    Args:
        name: See :func:`find_config`.
        cfg_options: Values by dotted key, as of ``--cfg-options``.

    Returns:
        The config.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a key leads nowhere.
    """
    cfg = deepcopy(_read(find_config(name)))
    override_values(cfg, cfg_options, name)
    return cfg


def read_tasks(name: str, cfg_options: Mapping[str, Any]) -> tuple[str, ...]:
    """Reads which tasks an experiment's network learns.

    Args:
        name: See :func:`find_config`.
        cfg_options: Values by dotted key that override the config's.

    Returns:
        Names of the tasks that ``model.decode_head`` has, in its order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the model has no decode head by task.
    """
    model = merged_config(name, cfg_options).get('model')
    heads = model.get('decode_head') if isinstance(model, ConfigDict) else None
    if not isinstance(heads, ConfigDict) or 'type' in heads:
        raise ValueError(f'the config {name!r} needs a model.decode_head with a head for each task')
    return tuple(heads)


def read_weighting(name: str) -> dict[str, Any]:
    """Reads one of the package's loss weightings.

    Args:
        name: Name of a file in ``configs/_base_/weightings``, without ``.py``.

    Returns:
        The config of the loss weighting.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    names = sorted(file.stem for file in WEIGHTINGS.glob('*.py'))
    if name not in names:  # a path to elsewhere is no name
        there = ', '.join(names)
        raise FileNotFoundError(f'there is no loss weighting {name!r}; there are {there}')
    return dict(_read(WEIGHTINGS / f'{name}.py').loss_weighting.to_dict())


@lru_cache(maxsize=256)
def _read(path: Path) -> Config:
    # What a config imports is imported where its network is built, not here.
    return read_config(path, import_custom_modules=False)
