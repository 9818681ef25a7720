"""Weights as safetensors: a table of names, types and places, and the numbers. There is no pickle.

What a checkpoint says beside its weights is in the file's metadata, as JSON.
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

SUFFIX = '.safetensors'

_META, _VERSIONS = 'meta', 'module_versions'
_HEADER = 100_000_000
"""Bytes of the longest table that safetensors reads."""
_NEEDED = "it takes safetensors (pip install 'safetensors>=0.8')"


def is_safetensors(file: str | os.PathLike[str] | BinaryIO) -> bool:
    """Tells by its first bytes whether a file is one of safetensors.

    Args:
        file: Path of the file, or a binary stream, which is left where it was.

    Returns:
        Whether it is.
    """
    if isinstance(file, (str, os.PathLike)):
        with open(file, 'rb') as stream:
            return is_safetensors(stream)
    position = file.tell()
    start = file.read(9)
    file.seek(position)
    return start[8:] == b'{' and 2 <= int.from_bytes(start[:8], 'little') <= _HEADER


def read_safetensors(
    file: str | os.PathLike[str] | BinaryIO, map_location: Any = None
) -> dict[str, Any]:
    """Reads weights, and what :func:`safetensors_bytes` wrote beside them.

    Args:
        file: Path of the file, or a binary stream.
        map_location: Name of a device, or a device. Defaults to None, the CPU, and so does any
            other value that :func:`torch.load` knows.

    Returns:
        ``state_dict``, and ``meta`` if the file has any.

    Raises:
        ImportError: If safetensors is missing.
        Exception: What safetensors raises if the file is damaged.
    """
    try:
        from safetensors.torch import load
    except ImportError as error:
        raise ImportError(f'{getattr(file, "name", file)}: to read {_NEEDED}.') from error

    is_path = isinstance(file, (str, os.PathLike))
    content = Path(file).read_bytes() if is_path else file.read()  # type: ignore[arg-type,union-attr]
    device = map_location if isinstance(map_location, (str, torch.device)) else 'cpu'
    weights: OrderedDict[str, Tensor] = OrderedDict(
        (name, value.to(device)) for name, value in load(content).items()
    )
    told = _read_metadata(content)
    versions = told.get(_VERSIONS)
    if isinstance(versions, dict):  # by which torch loads older weights
        weights._metadata = OrderedDict(versions)  # type: ignore[attr-defined]
    checkpoint: dict[str, Any] = {'state_dict': weights}
    if isinstance(told.get(_META), dict):
        checkpoint[_META] = told[_META]
    return checkpoint


def safetensors_bytes(weights: Mapping[str, Tensor], meta: Mapping[str, Any]) -> bytes:
    """Makes a file of weights.

    Args:
        weights: Tensors by name.
        meta: What is said beside them. JSON must be able to hold it; tuples become lists.

    Returns:
        The content of the file.

    Raises:
        ImportError: If safetensors is missing.
        TypeError: If JSON cannot hold ``meta``.
    """
    try:
        from safetensors.torch import save
    except ImportError as error:
        raise ImportError(f'safetensors: to write weights {_NEEDED}.') from error

    # Tensors that share their numbers are written one by one.
    dense = {name: value.detach().cpu().contiguous().clone() for name, value in weights.items()}
    versions = getattr(weights, '_metadata', {})
    told = {_META: json.dumps(dict(meta)), _VERSIONS: json.dumps(versions)}
    content: bytes = save(dense, {'format': 'pt', **told})
    return content


def _read_metadata(content: bytes) -> dict[str, Any]:
    end = 8 + int.from_bytes(content[:8], 'little')
    told = json.loads(content[8:end]).get('__metadata__', {})
    return {key: json.loads(told[key]) for key in (_META, _VERSIONS) if key in told}
