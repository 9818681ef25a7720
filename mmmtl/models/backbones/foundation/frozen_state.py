"""Checkpoints without the frozen weights of a backbone, which are read from where they came.

Their hash is in the checkpoint: whoever loads it has the same weights, or is told that they differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor, nn

HASH = 'frozen_hash'
"""Name of the hash among the weights of a checkpoint, 32 bytes."""


def hash_weights(module: nn.Module, names: Collection[str]) -> Tensor:
    """Computes the SHA-256 of weights, their names and shapes.

    Args:
        module: The module that has them.
        names: Names of parameters and buffers.

    Returns:
        The hash, 32 numbers of 8 bits.
    """
    known: dict[str, Tensor] = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    digest = hashlib.sha256()
    for name in sorted(names):
        value = known[name].detach().cpu().contiguous()
        digest.update(f'{name} {tuple(value.shape)} {value.dtype}'.encode())
        digest.update(value.reshape(-1).view(torch.uint8).numpy().data)
    return torch.tensor(list(digest.digest()), dtype=torch.uint8)


def leave_out_frozen(module: Any, state_dict: dict[str, Any], prefix: str, _metadata: Any) -> None:
    """Takes the frozen weights out of a state, and puts their hash in; a hook of torch.

    Args:
        module: The backbone.
        state_dict: The state of the whole network.
        prefix: Name of the backbone in it.
        _metadata: torch's.
    """
    for name in module.frozen_names:
        state_dict.pop(f'{prefix}{name}', None)
    state_dict[f'{prefix}{HASH}'] = hash_weights(module, module.frozen_names)


def put_in_frozen(module: Any, state_dict: dict[str, Any], prefix: str, *_args: Any) -> None:
    """Completes a state without frozen weights by the backbone's own; a hook of torch.

    Args:
        module: The backbone.
        state_dict: The state that is loaded.
        prefix: Name of the backbone in it.
        *_args: torch's.

    Raises:
        ValueError: If the backbone has other frozen weights than the state was saved with.
    """
    saved = state_dict.pop(f'{prefix}{HASH}', None)
    if saved is None:
        return
    if not torch.equal(saved.cpu(), hash_weights(module, module.frozen_names)):
        raise ValueError(
            f'{prefix.rstrip(".") or "backbone"}: the checkpoint was saved without the frozen '
            'weights, and those of the model are not the ones it was trained with (their hashes '
            'differ); expected the same model, and the same blocks frozen.'
        )
    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    for name in module.frozen_names:
        state_dict[f'{prefix}{name}'] = own[name].detach()
