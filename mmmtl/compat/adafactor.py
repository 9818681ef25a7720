"""Imports mmengine's optimizers without transformers, which takes seconds.

Where transformers is installed, mmengine 0.10.7 imports it for one optimizer, ``Adafactor``,
whatever a config names. Here it is imported when that optimizer is built. This happens when the
module is imported, before anything else of mmengine.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any


def build_adafactor(params: Iterable, **settings: Any) -> Any:
    """Builds transformers' Adafactor.

    Args:
        params: Parameters, or groups of such.
        **settings: Its arguments.

    Returns:
        The optimizer.
    """
    from transformers import Adafactor

    return Adafactor(params, **settings)


def _import_optimizers() -> None:
    if 'mmengine.optim' in sys.modules or 'transformers' in sys.modules:
        return
    if find_spec('transformers') is None:
        return
    sys.modules['transformers'] = None  # type: ignore[assignment]  # importing it fails
    try:
        from mmengine.optim import OPTIMIZERS
    finally:
        del sys.modules['transformers']
    OPTIMIZERS.register_module(name='Adafactor', module=build_adafactor)


_import_optimizers()
