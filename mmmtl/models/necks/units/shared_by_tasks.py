from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

_STATISTICS = ('running_mean', 'running_var', 'num_batches_tracked')


class SharedByTasks(nn.ModuleList):
    """Layers through which the features of every task go, one task after the other.

    Each task's features have means and variances of their own. In training a batch normalisation
    uses those of the batch, hence the task's; for evaluation it keeps one running estimate, to
    which all tasks contribute, and which then fits none of them. With ``separate_statistics`` each
    task has its own estimate. Parameters and training are the same in both cases.

    Args:
        layers: The layers.
        tasks: Names of the tasks.
        separate_statistics: Whether each task has running statistics of its own in the batch
            normalisations. Defaults to False.
    """

    def __init__(
        self, layers: Iterable[nn.Module], tasks: Sequence[str], separate_statistics: bool = False
    ) -> None:
        super().__init__(layers)
        if separate_statistics:
            for layer in self:
                _separate_statistics(layer, tasks)

    def of(self, task: str) -> SharedByTasks:
        """Turns to a task: until the next call the layers are for its features.

        Args:
            task: Name of the task.

        Returns:
            The layers themselves.
        """
        for module in self.modules():
            if isinstance(module, TaskBatchNorm):
                module.task = task
        return self


class TaskBatchNorm(nn.Module):
    """A batch normalisation with scale and shift for all tasks, and statistics of each.

    A checkpoint of the batch normalisation that it stands for can be loaded: every task starts with
    its statistics.

    Args:
        norm: The batch normalisation that it stands for.
        tasks: Names of the tasks.
    """

    def __init__(self, norm: _BatchNorm, tasks: Sequence[str]) -> None:
        super().__init__()
        self.task = tasks[0]
        self.weight, self.bias = norm.weight, norm.bias
        self.statistics = nn.ModuleDict({task: _without_parameters(norm) for task in tasks})
        self.register_load_state_dict_pre_hook(_accept_common_statistics)

    def forward(self, x: Tensor) -> Tensor:
        """Normalises features of the task that was turned to last.

        Args:
            x: Shape (N, C, H, W).

        Returns:
            A tensor of the same shape.
        """
        shape = (1, -1, *[1] * (x.ndim - 2))
        scaled = self.statistics[self.task](x) * self.weight.view(shape) + self.bias.view(shape)
        return scaled.to(x.dtype)  # parameters stay in float32 under autocast


def _separate_statistics(module: nn.Module, tasks: Sequence[str]) -> None:
    for name, child in module.named_children():
        if isinstance(child, _BatchNorm):
            setattr(module, name, TaskBatchNorm(child, tasks))
        else:
            _separate_statistics(child, tasks)


def _without_parameters(norm: _BatchNorm) -> _BatchNorm:
    own = copy.deepcopy(norm)
    own.affine = False
    own.register_parameter('weight', None)
    own.register_parameter('bias', None)
    return own


def _accept_common_statistics(
    norm: TaskBatchNorm, state_dict: dict[str, Any], prefix: str, *_: Any
) -> None:
    for name in _STATISTICS:
        if prefix + name in state_dict:
            common = state_dict.pop(prefix + name)
            for task in norm.statistics:
                state_dict[f'{prefix}statistics.{task}.{name}'] = common
