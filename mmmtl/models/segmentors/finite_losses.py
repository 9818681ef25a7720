from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import get_world_size
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.models.loss_weighting import TaskLosses

_POLICIES = ('error', 'skip')


class FiniteLosses(nn.Module):
    """Watches for losses that are not finite, before they reach weights, gradients or parameters.

    All processes come to the same verdict, because it rests on the joined losses.

    A skipped step still runs backward, with gradients of zero, so that the processes stay
    together; :class:`~mmmtl.engine.hooks.LossWeightingHook` keeps the optimizer from stepping.
    Running statistics of normalisation layers have seen the batch, though: skipping is for bad
    labels and rare overflows, not for inputs that are not finite.

    Args:
        policy: ``'error'`` stops training; ``'skip'`` skips the step and counts it.

    Raises:
        ValueError: If the policy is another.
    """

    skipped_steps: Tensor

    def __init__(self, policy: str = 'error') -> None:
        super().__init__()
        if policy not in _POLICIES:
            raise ValueError(
                f'train_cfg.non_finite_loss: expected one of {_POLICIES}, found {policy!r}.'
            )
        self.policy = policy
        self.skip_step = False
        """Whether the step of the last batch is to be skipped."""
        self.watched: dict[str, Tensor] = {}
        """Weights of the last batch, which nobody has looked at yet."""
        if policy == 'skip':
            self.register_buffer('skipped_steps', torch.zeros((), dtype=torch.int64))

    def forward(
        self,
        losses: Mapping[str, Tensor],
        batch: TaskLosses,
        data_samples: Sequence[SegDataSample],
    ) -> bool:
        """Looks at the losses of a batch.

        Args:
            losses: This process's losses.
            batch: The losses of all processes.
            data_samples: This process's samples.

        Returns:
            Whether all losses are finite.

        Raises:
            FloatingPointError: If one is not and training is to stop; it names the tasks and the
                images.
        """
        values = batch.values
        if values is None:
            values = {name: loss.item() for name, loss in batch.joined.items()}
        bad = {name: value for name, value in values.items() if not math.isfinite(value)}
        self.skip_step = bool(bad)
        if bad and self.policy == 'error':
            raise FloatingPointError(_message(bad, losses, data_samples))
        if bad:
            self.skipped_steps += 1
        return not bad

    def watch(self, weights: Mapping[str, Tensor]) -> None:
        """Keeps the weights of a batch, whose values are read together with the next losses.

        Args:
            weights: The weight of each task of the batch, detached.
        """
        self.watched = dict(weights)

    def check_weights(self, values: Sequence[float]) -> None:
        """Looks at the weights of the batch before.

        Args:
            values: The values of :attr:`watched`.

        Raises:
            FloatingPointError: If one is not finite.
        """
        found, self.watched = dict(zip(self.watched, values, strict=True)), {}
        if not all(map(math.isfinite, found.values())):
            raise FloatingPointError(f'Expected finite weights, found {found} in the last step.')

    def log(self) -> dict[str, Tensor]:
        """Gives what the log says of it.

        Returns:
            ``skipped_steps`` where steps may be skipped, else nothing.
        """
        return {'skipped_steps': self.skipped_steps.float()} if self.policy == 'skip' else {}


def _message(
    bad: Mapping[str, float],
    losses: Mapping[str, Tensor],
    data_samples: Sequence[SegDataSample],
) -> str:
    found = ', '.join(f'{name} is {value}' for name, value in bad.items())
    here = any(not losses[name].isfinite() for name in bad)
    images = [str(sample.metainfo.get('img_path', 'unnamed')) for sample in data_samples]
    where = f'in the batch of {", ".join(images)}'
    if not here and get_world_size() > 1:
        where = f'in the batch of another process (not in that of {", ".join(images)})'
    return (
        f'Expected finite losses, found that the loss of {found} {where}. Look at these images '
        'and labels, lower the learning rate or clip gradients; '
        "model.train_cfg=dict(non_finite_loss='skip') skips and counts such steps."
    )
