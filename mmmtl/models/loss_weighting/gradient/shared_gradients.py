from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from mmmtl.models.loss_weighting.base import SharedTensors

_WRT = ('parameters', 'features')


class SharedGradients:
    """Takes the gradients of the tasks' losses with respect to what the tasks share.

    Tensors that at least two of the given losses were computed from are shared. Which task's loss
    comes from which tensor is found the first time that there is a loss of the task, agreed upon by
    all processes, and remembered.

    The gradients are taken outside of autocast, as backward does, and the graph is kept.

    Args:
        wrt: ``'parameters'``: the trainable parameters before the heads. ``'features'``: the
            features that the tasks read, from where on each task has a graph of its own.

    Raises:
        ValueError: If ``wrt`` is something else.
    """

    def __init__(self, wrt: str) -> None:
        if wrt not in _WRT:
            raise ValueError(f'wrt: expected one of {_WRT}, found {wrt!r}.')
        self.wrt = wrt
        self._key: tuple[int, ...] = ()
        self._reached: dict[str, Tensor] = {}

    def __call__(
        self, losses: Mapping[str, Tensor], shared: SharedTensors, scale: float
    ) -> list[list[Tensor]]:
        """Takes the gradients.

        Args:
            losses: The losses by task, each with a graph.
            shared: What the tasks may share.
            scale: Factor on the losses, so that gradients do not vanish in half precision.

        Returns:
            For each loss its gradient, times the scale, with respect to each shared tensor.

        Raises:
            ValueError: If nothing is shared, or activations are checkpointed in the way that does
                not allow it.
        """
        candidates = self._candidates(shared)
        for task, loss in losses.items():
            if task not in self._reached:
                self._reached[task] = _reached(loss, candidates)
        tasks = torch.stack([self._reached[task] for task in losses]).sum(dim=0)
        tensors = [t for t, count in zip(candidates, tasks.tolist(), strict=True) if count > 1]
        if not tensors:
            raise ValueError(
                f'wrt={self.wrt!r}: expected {self.wrt} that two of the losses of {list(losses)} '
                f'were computed from, found none among {len(candidates)}.'
                + (" Try wrt='parameters'." if self.wrt == 'features' else '')
            )
        return [_gradients(loss, tensors, scale) for loss in losses.values()]

    def of_each(
        self, losses: Mapping[str, Tensor], shared: SharedTensors, scale: float
    ) -> dict[str, list[Tensor | None]]:
        """Takes the gradients with respect to all that tasks may share, whether they do or not.

        Args:
            losses: The losses by task, each with a graph.
            shared: What the tasks may share.
            scale: Factor on the losses.

        Returns:
            For each loss its gradient, times the scale; None where it depends on a tensor on no
            process.
        """
        candidates = self._candidates(shared)
        found: dict[str, list[Tensor | None]] = {}
        for task, loss in losses.items():
            if task not in self._reached:
                self._reached[task] = _reached(loss, candidates)
            reached = self._reached[task].bool().tolist()
            chosen = [t for t, is_reached in zip(candidates, reached, strict=True) if is_reached]
            gradients = iter(_gradients(loss, chosen, scale))
            found[task] = [next(gradients) if is_reached else None for is_reached in reached]
        return found

    def _candidates(self, shared: SharedTensors) -> list[Tensor]:
        tensors: Sequence[Tensor] = getattr(shared, self.wrt)
        candidates = [tensor for tensor in tensors if tensor.requires_grad]
        # Parameters may be frozen or thawed in between; features are new in each batch.
        key = tuple(map(id, candidates)) if self.wrt == 'parameters' else (len(candidates),)
        if key != self._key:
            self._key, self._reached = key, {}
        return candidates


def _reached(loss: Tensor, tensors: Sequence[Tensor]) -> Tensor:
    """Tells on which tensors a loss depends, on any process: integers 0 or 1, on the CPU."""
    found = [gradient is not None for gradient in _differentiate(loss, tensors, 1.0)]
    reached = torch.tensor(found, dtype=torch.int32, device=loss.device)
    all_reduce(reached, 'max')
    return reached.cpu()


def _gradients(loss: Tensor, tensors: Sequence[Tensor], scale: float) -> list[Tensor]:
    gradients = _differentiate(loss, tensors, scale)
    return [
        torch.zeros_like(tensor) if gradient is None else gradient
        for tensor, gradient in zip(tensors, gradients, strict=True)
    ]


def _differentiate(
    loss: Tensor, tensors: Sequence[Tensor], scale: float
) -> Sequence[Tensor | None]:
    if not tensors:
        return ()
    with torch.autocast(loss.device.type, enabled=False):
        try:
            return torch.autograd.grad(
                loss,
                tensors,
                grad_outputs=torch.full_like(loss, scale),
                retain_graph=True,
                allow_unused=True,
            )
        except RuntimeError as error:
            if 'use_reentrant' not in str(error):
                raise
            raise ValueError(
                'Gradients of single tasks cannot be taken through reentrant activation '
                'checkpointing: checkpoint with use_reentrant=False, or, where only the backbone '
                "is checkpointed, weigh with wrt='features'."
            ) from error
