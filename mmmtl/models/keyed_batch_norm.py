from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

_STATISTICS = ('running_mean', 'running_var', 'num_batches_tracked')


class KeyedBatchNorm(nn.Module):
    """A batch normalisation with one scale and shift, and running statistics for each of some keys.

    A checkpoint of the batch normalisation that it stands for can be loaded: every key starts with
    its statistics.

    Args:
        norm: The batch normalisation that it stands for.
        keys: The keys, such as names of tasks or data sets. The first one is chosen at the start.
    """

    def __init__(self, norm: _BatchNorm, keys: Sequence[str]) -> None:
        super().__init__()
        self.key = keys[0]
        """Whose statistics are used, until another is chosen."""
        self.weight, self.bias = norm.weight, norm.bias
        self.statistics = nn.ModuleDict({key: _without_parameters(norm) for key in keys})
        self.register_load_state_dict_pre_hook(_accept_common_statistics)

    @property
    def chosen(self) -> dict[str, Any]:
        """dict: The attributes that say whose statistics are used."""
        return {'key': self.key}

    def forward(self, x: Tensor) -> Tensor:
        """Normalises with the statistics of the chosen key.

        Args:
            x: Shape (N, C, ...).

        Returns:
            A tensor of the same shape.
        """
        return self.normalise(x, self.key)

    def normalise(self, x: Tensor, key: str) -> Tensor:
        """Normalises with the statistics of a key.

        Args:
            x: Shape (N, C, ...).
            key: The key.

        Returns:
            A tensor of the same shape.
        """
        norm = self.statistics[key]
        # Not as parameters: they would be in the checkpoint once for each key.
        vars(norm).update(weight=self.weight, bias=self.bias)
        return norm(x)


def split_statistics(
    module: nn.Module, keys: Sequence[str], kind: type[KeyedBatchNorm] = KeyedBatchNorm
) -> None:
    """Replaces the batch normalisations inside of a module.

    Args:
        module: The module, changed in place.
        keys: The keys.
        kind: What stands for each of them. Defaults to :class:`KeyedBatchNorm`.
    """
    for name, child in module.named_children():
        if isinstance(child, _BatchNorm):
            setattr(module, name, kind(child, keys))
        else:
            split_statistics(child, keys, kind)


def _without_parameters(norm: _BatchNorm) -> _BatchNorm:
    own = copy.deepcopy(norm)
    own.affine = False
    own.register_parameter('weight', None)
    own.register_parameter('bias', None)
    return own


def _accept_common_statistics(
    norm: KeyedBatchNorm, state_dict: dict[str, Any], prefix: str, *_: Any
) -> None:
    for name in _STATISTICS:
        if prefix + name in state_dict:
            common = state_dict.pop(prefix + name)
            for key in norm.statistics:
                state_dict[f'{prefix}statistics.{key}.{name}'] = common
