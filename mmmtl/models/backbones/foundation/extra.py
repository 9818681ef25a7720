from __future__ import annotations

import importlib
from types import ModuleType


def import_extra(module: str, user: str) -> ModuleType:
    """Imports a module that the extra ``[hf]`` brings, which not every installation has.

    Args:
        module: Its name, such as ``'transformers'``.
        user: Who needs it, for the error.

    Returns:
        The module.

    Raises:
        ValueError: If it cannot be imported.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition('.')[0]
        reason = str(error).partition('\n')[0]
        raise ValueError(
            f"{user} needs {package} ({reason}); pip install -e '.[hf]' brings all that it needs."
        ) from error
