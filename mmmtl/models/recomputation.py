"""Recomputing in backward what is cheap to compute, so that it need not be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint

from mmmtl.models.exporting import is_exporting
from mmmtl.models.keyed_batch_norm import KeyedBatchNorm

_Result = TypeVar('_Result')


def recompute(function: Callable[..., _Result], *inputs: Any, of: Iterable[nn.Module]) -> _Result:
    """Applies a function, and keeps for backward little more than its convolutions' outputs.

    Convolutions 3x3 and larger cost the most: their outputs are kept, with the inputs of the
    function. What lies between them (normalisations, activations, products, concatenations,
    pooling, and convolutions 1x1) is computed once more in backward, with the same bits. Running
    statistics see each batch once. Where no gradient is asked for it is a plain call.

    It is torch's activation checkpointing (:func:`torch.utils.checkpoint.checkpoint`), selective as
    with its ``create_selective_checkpoint_contexts``, whose regions allow a single backward pass,
    where loss weightings by gradients make one for each task.

    Args:
        function: What is applied.
        inputs: Its inputs.
        of: The modules whose batch normalisations it applies.

    Returns:
        What the function returns.
    """
    if not torch.is_grad_enabled() or is_exporting() or torch.compiler.is_compiling():
        return function(*inputs)
    modules = [m for module in of for m in module.modules()]
    norms = [m for m in modules if isinstance(m, _BatchNorm)]
    keyed = [(m, m.chosen) for m in modules if isinstance(m, KeyedBatchNorm)]

    def contexts() -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
        kept: list[Tensor] = []
        return _LargeConvolutions(kept, False), _Repeat(kept, norms, keyed)

    return checkpoint(function, *inputs, use_reentrant=False, context_fn=contexts)


class _LargeConvolutions(TorchDispatchMode):
    """Keeps the outputs of large convolutions, or gives the kept ones in their place.

    An activation in place that follows changes what is kept, and is applied to it once more in
    backward: it must be one that changes nothing the second time, as ReLU.
    """

    def __init__(self, kept: list[Tensor], are_kept: bool) -> None:
        super().__init__()
        self.kept = kept
        self.outputs = iter(kept) if are_kept else None

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        is_large = func == torch.ops.aten.convolution.default and max(args[1].shape[2:]) > 1
        if is_large and self.outputs is not None:
            return next(self.outputs).detach()
        output = func(*args, **(kwargs or {}))
        if is_large:
            self.kept.append(output.detach())
        return output


class _Repeat(AbstractContextManager):
    """Reuses what was kept, with copies of the running statistics, which have seen the batch.

    Normalisations with several statistics, which may have turned to others since, use those that
    were chosen then. It is entered once for each backward pass through the same graph.
    """

    def __init__(
        self,
        kept: list[Tensor],
        norms: list[_BatchNorm],
        keyed: list[tuple[KeyedBatchNorm, dict[str, Any]]],
    ) -> None:
        self.kept = kept
        self.norms = norms
        self.keyed = keyed
        self.stack = ExitStack()

    def __enter__(self) -> None:
        for norm in self.norms:
            buffers = dict(norm._buffers)
            norm._buffers.update({k: b if b is None else b.clone() for k, b in buffers.items()})
            self.stack.callback(norm._buffers.update, buffers)
        for keyed, chosen in self.keyed:
            self.stack.callback(vars(keyed).update, keyed.chosen)
            vars(keyed).update(chosen)
        self.stack.enter_context(_LargeConvolutions(self.kept, True))

    def __exit__(self, *error: Any) -> bool | None:
        return self.stack.__exit__(*error)
