from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmengine.optim import BaseOptimWrapper, OptimWrapperDict
from torch.optim import Optimizer


class StepWatch:
    """Watches when the optimizers step, and drops steps that have nothing to learn from.

    A step is dropped if all batches since the last one were bad: all gradients are taken away
    (``p.grad = None``), so that neither a parameter nor a momentum nor a weight decay moves. This
    happens inside of ``Optimizer.step``, after the gradient scaler of mixed precision has looked at
    them; the scaler counts the iteration as one without overflow. Of accumulated batches, a bad one
    contributes a gradient of zero to the mean, and the step is made with the others.

    Args:
        optim_wrapper: The optimizer wrapper of a Runner, or several.
        is_bad: Says whether the losses of the last batch were of no use.
    """

    def __init__(self, optim_wrapper: BaseOptimWrapper, is_bad: Callable[[], bool]) -> None:
        self._is_bad = is_bad
        self._had_good_batch = False
        self._reached = False
        self._dropped = False
        self._handles = [
            optimizer.register_step_pre_hook(self._before_step)
            for optimizer in _optimizers(optim_wrapper)
        ]

    def end_iteration(self) -> bool:
        """Takes note that the batch is over.

        Returns:
            Whether the parameters made a step.
        """
        made = self._reached and not self._dropped
        good = not self._is_bad()
        self._had_good_batch = not self._reached and (self._had_good_batch or good)
        self._reached = self._dropped = False
        return made

    def remove(self) -> None:
        """Lets the optimizers go."""
        for handle in self._handles:
            handle.remove()

    def _before_step(
        self, optimizer: Optimizer, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        self._reached = True
        self._dropped = self._is_bad() and not self._had_good_batch
        if self._dropped:
            for group in optimizer.param_groups:
                for parameter in group['params']:
                    parameter.grad = None


def _optimizers(optim_wrapper: BaseOptimWrapper) -> Iterator[Optimizer]:
    if isinstance(optim_wrapper, OptimWrapperDict):
        for wrapper in optim_wrapper.values():
            yield from _optimizers(wrapper)
    else:
        yield optim_wrapper.optimizer
