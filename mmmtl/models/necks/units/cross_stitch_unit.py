from __future__ import annotations

from collections.abc import Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class CrossStitchUnit(nn.Module):
    r"""Mixes the features of all tasks linearly, position by position.

    `Cross-stitch Networks for Multi-task Learning <https://arxiv.org/abs/1604.03539>`_, equation 1,
    for any number of tasks:

    .. math::
        \tilde x_i = \sum_k \alpha_{ik} x_k

    - :math:`\alpha_{ik}`: what task :math:`i` takes of task :math:`k`, one number for each channel
      or one for the whole map.

    Args:
        num_tasks: Number of tasks.
        channels: Channels of each task's features.
        per_channel: Whether every channel has numbers of its own. Defaults to True, as in the
            paper.
        own_share: :math:`\alpha_{ii}` at the start, the other tasks share the rest equally; see
            :func:`initial_shares`. Defaults to the paper's 0.9.
    """

    def __init__(
        self, num_tasks: int, channels: int, per_channel: bool = True, own_share: float = 0.9
    ) -> None:
        super().__init__()
        shares = initial_shares(num_tasks, own_share)[..., None]
        self.alpha = nn.Parameter(shares.repeat(1, 1, channels if per_channel else 1))

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Mixes the features.

        Args:
            features: One map for each task, all of shape (N, channels, H, W).

        Returns:
            As many maps of the same shape.
        """
        stacked = torch.stack(tuple(features))
        return tuple((shares[:, None, :, None, None] * stacked).sum(dim=0) for shares in self.alpha)


def initial_shares(num_tasks: int, own_share: float) -> Tensor:
    """Gives the shares in which tasks are mixed before anything is learned.

    Args:
        num_tasks: Number of tasks.
        own_share: What a task takes of itself, in [0, 1]; the others share the rest equally. A
            single task takes all of itself.

    Returns:
        A matrix (num_tasks, num_tasks) whose rows, one for each receiving task, add up to 1.

    Raises:
        ValueError: If the share is not in [0, 1].
    """
    if not 0 <= own_share <= 1:
        raise ValueError(f'own_share: expected a number in [0, 1], found {own_share}.')
    if num_tasks == 1:
        return torch.ones(1, 1)
    others = (1 - own_share) / (num_tasks - 1)
    return torch.full((num_tasks, num_tasks), others).fill_diagonal_(own_share)
