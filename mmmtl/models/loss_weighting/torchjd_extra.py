"""The one place that knows where TorchJD comes from."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
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
    with explained_imports(user):
        return importlib.import_module(f'torchjd.{module}')


@contextmanager
def explained_imports(user: str) -> Iterator[None]:
    """Says how to install TorchJD, or what of it lacks a package, where an import fails.

    Args:
        user: Who needs it, for the error.

    Raises:
        ValueError: If an import inside the ``with`` block fails.
    """
    try:
        yield
    except ImportError as error:
        raise ValueError(
            f"{user} needs TorchJD ({error}); pip install 'torchjd[full]' brings all that it needs."
        ) from error
