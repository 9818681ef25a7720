"""Lets a config inherit from those of the package, ``_base_ = 'mmmtl::mtan_segnet_nyuv2.py'``.

mmengine 0.10.7 knows the packages of OpenMMLab alone, expects a folder in the name of a config, and
then builds what it reads in a scope that has the package's name. The components of mmmtl are in
mmseg's scope, so its configs are read like files of one's own.
"""

from __future__ import annotations

from typing import Any

import mmengine.hub.hub
from mmengine.config import Config

from mmmtl.shipped_files import PREFIX, find_config

_path_of_base = Config._get_cfg_path
_split_name = mmengine.hub.hub._get_package_and_cfg_path
_read_metafile = mmengine.hub.hub._get_cfg_metainfo
_NAME = PREFIX.removesuffix('::')


def patch_own_configs() -> None:
    """Teaches ``Config`` and ``mmengine.hub.get_config`` the names of the package's configs."""
    Config._get_cfg_path = staticmethod(_get_cfg_path)
    mmengine.hub.hub._get_package_and_cfg_path = _get_package_and_cfg_path
    mmengine.hub.hub._get_cfg_metainfo = _get_cfg_metainfo


def _get_cfg_path(cfg_path: str, filename: str) -> tuple[str, str | None]:
    """Finds the file of a ``_base_``, and the scope that its components are built in."""
    if cfg_path.startswith(PREFIX):
        return str(find_config(cfg_path)), None
    found: tuple[str, str | None] = _path_of_base(cfg_path, filename)
    return found


def _get_package_and_cfg_path(cfg_path: str) -> tuple[str, str]:
    """Splits ``package::name``."""
    if cfg_path.startswith(PREFIX):
        return _NAME, cfg_path
    split: tuple[str, str] = _split_name(cfg_path)
    return split


def _get_cfg_metainfo(package_path: str, cfg_path: str) -> dict[str, Any]:
    """Gives what is known of a config; of the package's, where it is."""
    if cfg_path.startswith(PREFIX):
        return dict(Config=str(find_config(cfg_path).resolve()))
    info: dict[str, Any] = _read_metafile(package_path, cfg_path)
    return info
