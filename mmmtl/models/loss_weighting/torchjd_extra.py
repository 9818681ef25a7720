"""The one place that knows where TorchJD comes from."""

from __future__ import annotations

import importlib
from types import ModuleType


def import_torchjd(module: str, user: str) -> ModuleType:
    """Imports a module of TorchJD, which not every installation has.

    Args:
        module: Name below ``torchjd``, such as ``'scalarization'``.
        user: Who needs it, for the error.

    Returns:
        The module.

    Raises:
        ValueError: If TorchJD is not installed.
    """
    try:
        return importlib.import_module(f'torchjd.{module}')
    except ModuleNotFoundError as error:
        raise ValueError(
            f'{user} needs TorchJD, found that {error.name!r} is not installed; '
            "pip install -e '.[jd]' brings it."
        ) from error
