"""Lets a config inherit from mmseg's own configs, and be written out without delay.

mmengine 0.10.7 resolves ``_base_ = 'mmseg::...'`` in two steps that both fail on a current stack:
it looks for a distribution named ``mmsegmentation``, which the maintained fork is not, and it
looks with ``pkg_resources``, which setuptools >= 81 no longer has.

``Config.pretty_text`` runs yapf over the whole config, some four seconds where tasks bring their
palettes, and mmengine asks for it several times a run and with each checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mmengine.config.config
import mmengine.config.utils
import mmengine.hub.hub
import mmengine.utils
import mmengine.utils.package_utils
from yapf.yapflib.yapf_api import FormatCode

_FORK = 'onedl-mmsegmentation'


def is_installed(package: str) -> bool:
    """Tells whether a distribution or a module is installed.

    Args:
        package: Name of the distribution, or of a top-level module.

    Returns:
        Whether there is a distribution of that name, or a module that is no namespace package.
    """
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        spec = find_spec(package)
        return spec is not None and spec.origin is not None
    return True


def get_installed_path(package: str) -> str:
    """Finds the folder of an installed package.

    Args:
        package: Name of the distribution (``onedl-mmsegmentation``), or of its module (``mmseg``).

    Returns:
        The package's folder, editable installs included.

    Raises:
        ModuleNotFoundError: If neither a distribution nor a module has that name.
        RuntimeError: If the package has no folder of its own (a namespace package).
    """
    spec = find_spec(_module_of(package))
    if spec is None:
        raise ModuleNotFoundError(f'{package} is not installed.')
    if spec.origin is None:
        raise RuntimeError(f'{package} is a namespace package and has no folder of its own.')
    return str(Path(spec.origin).parent)


def patch_config_inheritance() -> None:
    """Replaces mmengine's package look-up and tells it which distribution installed mmseg."""
    for module in (
        mmengine.utils.package_utils,
        mmengine.utils,
        mmengine.config.config,
        mmengine.hub.hub,
    ):
        for function in (is_installed, get_installed_path):
            if hasattr(module, function.__name__):
                setattr(module, function.__name__, function)
    if is_installed(_FORK):
        mmengine.config.utils.MODULE2PACKAGE['mmseg'] = _FORK


def patch_config_formatting() -> None:
    """Lets mmengine format the text of a config once, however often it is asked for."""
    mmengine.config.config.FormatCode = _format_once


def _format_once(text: str, style_config: Mapping[str, Any], **options: bool) -> tuple[str, bool]:
    return _format(text, tuple(style_config.items()), tuple(options.items()))


@lru_cache(maxsize=16)
def _format(text: str, style: tuple[Any, ...], options: tuple[Any, ...]) -> tuple[str, bool]:
    formatted, changed = FormatCode(text, style_config=dict(style), **dict(options))
    return formatted, changed


def _module_of(package: str) -> str:
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return package
    top_level = (distribution.read_text('top_level.txt') or '').split()
    return top_level[0] if top_level else package.replace('-', '_')
