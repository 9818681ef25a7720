"""What no network can load, found in what was read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mmmtl.some_of import some_of

_VERSIONS = 'expected a number as the version of each module beside the weights, found others'


def find_bad_weights(checkpoint: Mapping[str, Any]) -> str | None:
    """Looks for weights that are not dense or not numbers, and for what is said beside them.

    Args:
        checkpoint: The content of a file: ``state_dict``, or the weights themselves.

    Returns:
        What is expected and what was found; None if nothing is wrong.
    """
    if _has_odd_attributes(checkpoint):
        return _VERSIONS
    given = checkpoint.get('state_dict', checkpoint)
    if _has_odd_attributes(given):
        return _VERSIONS
    if not isinstance(given, Mapping):
        return None
    weights = {str(name): value for name, value in given.items() if isinstance(value, Tensor)}
    # Their indices come from the file, and torch does not check them.
    sparse = [name for name, value in weights.items() if value.layout != torch.strided]
    if sparse:
        return f'expected dense tensors as weights, found sparse ones in {some_of(sparse, 3)}'
    names = [name for name, value in weights.items() if _has_nan(value)]
    return f'expected numbers as weights, found NaN in {some_of(names, 3)}' if names else None


def _has_odd_attributes(found: Any) -> bool:
    """Tells whether a dict has other attributes than the versions that torch loads weights by."""
    attributes = getattr(found, '__dict__', {})
    versions = attributes.get('_metadata') or {}
    return (
        bool(set(attributes) - {'_metadata'})
        or not isinstance(versions, dict)
        or not all(
            isinstance(name, str)
            and isinstance(entry, dict)
            and isinstance(entry.get('version'), (int, type(None)))
            for name, entry in versions.items()
        )
    )


def _has_nan(value: Tensor) -> bool:
    if value.is_meta or not (value.is_floating_point() or value.is_complex()):
        return False
    stored = value.untyped_storage().nbytes() // value.element_size()
    if value.numel() > stored:  # it repeats them, as often as the file says
        value = value.as_strided((stored,), (1,), 0)
    if value.element_size() == 1:  # torch adds up no numbers of 8 bits
        value = value.float()
    # A sum is many times as fast as a test of each number.
    return bool(value.sum().isnan()) and bool(value.isnan().any())
