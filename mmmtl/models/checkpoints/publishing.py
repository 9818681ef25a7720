"""Weights to publish: what prediction and fine-tuning need of a checkpoint, and nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmmtl.compat.checkpoint import CheckpointError, load_from_local
from mmmtl.compat.safetensors_files import SUFFIX, safetensors_bytes
from mmmtl.compat.sums import write_sum
from mmmtl.files import write_atomically
from mmmtl.models.checkpoints.fitting import TRAINING_STATE, is_in

_DIGITS = 8
_PRIVATE = ('cfg', 'config', 'hook_msgs', 'experiment_name', 'time', 'seed')
"""What a checkpoint says of the run and the machine that it is from."""


def publish(source: str | Path, target: str | Path) -> tuple[Path, Path]:
    """Writes the weights of a checkpoint: ``NAME-XXXXXXXX.pth``, and the same ``.safetensors``.

    The eight digits are the first of the SHA-256 of the ``.pth`` file, as in the model zoos of
    OpenMMLab. Beside the ``.safetensors`` file, which has no sum of its own, is one of
    ``sha256sum``. State of the training (optimizer, schedules, loss weighting, message hub) and
    what tells of the run (its config, name, seed and time) are left out; an exponential moving
    average is what ``state_dict`` holds anyway.

    Args:
        source: A checkpoint, in any format that is read here.
        target: Where to write: folder and NAME; a suffix ``.pth`` is taken off.

    Returns:
        The two files.

    Raises:
        FileNotFoundError: If there is no such checkpoint.
        ValueError: If it holds no weights, or anything but plain data, or the target has no name.
        ImportError: If safetensors is missing.
    """
    folder, name = Path(target).parent, Path(target).name.removesuffix('.pth')
    if name in ('', os.pardir):
        raise ValueError(f'target: expected folder and name of the files, found {str(target)!r}.')
    checkpoint = load_from_local(str(source), map_location='cpu')
    weights = _weights(checkpoint, source)
    meta = _meta(checkpoint.get('meta'))
    stream = io.BytesIO()
    torch.save({'meta': meta, 'state_dict': weights}, stream)
    content = stream.getvalue()
    others = safetensors_bytes(weights, meta)  # before anything is written
    name = f'{name}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}'
    pth, safetensors = folder / f'{name}.pth', folder / f'{name}{SUFFIX}'
    write_atomically(pth, content)
    write_atomically(safetensors, others)
    write_sum(safetensors)
    return pth, safetensors


def _weights(checkpoint: Mapping[str, Any], source: str | Path) -> OrderedDict[str, Tensor]:
    given = checkpoint.get('state_dict', checkpoint)
    found = given.items() if isinstance(given, Mapping) else ()
    weights = OrderedDict(
        (name, value.detach().contiguous().clone())
        for name, value in found
        if isinstance(value, Tensor) and not is_in(name, TRAINING_STATE)
    )
    if not weights:
        raise CheckpointError(f'{source}: expected weights, tensors by name, found none.')
    versions = getattr(given, '_metadata', None)
    if versions is not None:  # by which torch loads older weights
        weights._metadata = OrderedDict(  # type: ignore[attr-defined]
            (name, value) for name, value in versions.items() if not is_in(name, TRAINING_STATE)
        )
    return weights


def _meta(given: Any) -> dict[str, Any]:
    """Gives what is said beside the weights and JSON can hold."""
    meta = {}
    for key, value in given.items() if isinstance(given, Mapping) else ():
        if key not in _PRIVATE:
            with suppress(TypeError, ValueError):
                meta[key] = json.loads(json.dumps(value))
    return meta
