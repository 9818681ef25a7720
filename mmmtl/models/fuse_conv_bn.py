from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from mmcv.cnn.bricks import wrappers
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.fusion import fuse_conv_bn_weights
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakTensorKeyDictionary

from mmmtl.models.keyed_batch_norm import KeyedBatchNorm

_CONVOLUTIONS = (
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
    wrappers.Conv2d,
    wrappers.Conv3d,
    wrappers.ConvTranspose2d,
    wrappers.ConvTranspose3d,
)
"""Types, not bases: others, such as those that standardise their weights, compute differently."""

_NORMALISATIONS = (_BatchNorm.forward, nn.SyncBatchNorm.forward)


class FusedNorms(NamedTuple):
    """What became of the batch normalisations of a model."""

    fused: int
    """How many were folded into the convolution before them."""
    left: int
    """How many the model still has."""


def fuse_conv_bn(model: nn.Module, run: Callable[[], Any]) -> FusedNorms:
    """Folds batch normalisations into the convolutions before them, for evaluation.

    With the running statistics that evaluation uses, a batch normalisation is a scale and a shift
    of each channel, which the weights and bias of a convolution can hold. The results are the same
    up to rounding; what is left in the place of the normalisation is an ``nn.Identity``.

    Which convolution a normalisation follows is not written in a model; the order in which modules
    are registered, by which ``mmcv.cnn.fuse_conv_bn`` goes, is not it (a ReLU may lie between them,
    as in :class:`~mmmtl.models.backbones.DenseUNetEncoder`), and models that decide in Python
    cannot be traced by ``torch.fx``. So the model is run once and watched: folded are pairs of
    which the convolution's output was read by the normalisation alone, each time. The run must
    therefore use the model as it will be used; all tasks are computed in it.

    Left alone are

    - normalisations behind anything but a convolution, or behind several of them;
    - convolutions that something else reads too, or that several normalisations follow;
    - :class:`~mmmtl.models.keyed_batch_norm.KeyedBatchNorm`, whose statistics change with the task
      or data set;
    - those with statistics of the batch in evaluation, too;
    - convolutions of other types, with hooks or with parametrised weights;
    - what the run did not use, such as auxiliary heads.

    Whether parameters are frozen does not matter. The model is not to be trained afterwards, and
    its checkpoints no longer fit.

    Args:
        model: The model in evaluation mode, changed in place.
        run: Runs it once, on images such as those to come.

    Returns:
        How many were folded, and how many are left.

    Raises:
        ValueError: If the model is in training mode.
    """
    if model.training:
        raise ValueError('model: expected one in evaluation mode, found one in training mode.')
    pairs = _pairs(model, run)
    for conv, norm in pairs:
        _fold(conv, norm)
    folded = {norm for _, norm in pairs}
    for module in list(model.modules()):
        for name, child in module._modules.items():
            if child in folded:
                module._modules[name] = nn.Identity()
    left = sum(isinstance(module, _BatchNorm) for module in model.modules())
    return FusedNorms(len(pairs), left)


def _pairs(model: nn.Module, run: Callable[[], Any]) -> list[tuple[Any, Any]]:
    """Pairs each convolution whose output one normalisation alone reads with that one."""
    keyed = [module for module in model.modules() if isinstance(module, KeyedBatchNorm)]
    of_keys = {norm for module in keyed for norm in module.modules()}
    convs = [m for m in model.modules() if _is_convolution(m)]
    norms = [m for m in model.modules() if _is_normalisation(m) and m not in of_keys]
    watch = _Watch()
    with ExitStack() as stack:
        for conv in convs:
            stack.enter_context(conv.register_forward_hook(watch.convolved))
        for norm in norms:
            stack.enter_context(norm.register_forward_pre_hook(watch.normalises))
            stack.enter_context(norm.register_forward_hook(watch.normalised))
        stack.enter_context(_all_tasks(model))
        stack.enter_context(torch.no_grad())
        stack.enter_context(watch)
        outputs = run()
    watch.read(outputs)
    found = []
    for conv, readers in watch.readers.items():
        reader = next(iter(readers)) if len(readers) == 1 else None
        if reader and watch.calls[conv] == watch.calls[reader] == watch.calls[conv, reader]:
            found.append((conv, reader))
    return found


class _Watch(TorchDispatchMode):
    """Notes who reads the outputs of convolutions, operation by operation."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[Any] = Counter()
        """Of a convolution, a normalisation, or a pair of both, where one reads the other."""
        self.readers: dict[nn.Module, set[nn.Module | None]] = {}
        """Of the outputs of a convolution; None for anything but a normalisation."""
        self._sources: Any = WeakTensorKeyDictionary()
        self._inside: list[tuple[nn.Module, Tensor]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.read((args, kwargs))
        return func(*args, **(kwargs or {}))

    def read(self, values: Any) -> None:
        for value in tree_leaves(values):
            if isinstance(value, Tensor) and value in self._sources:
                norm, given = self._inside[-1] if self._inside else (None, None)
                self.readers[self._sources[value]].add(norm if given is value else None)

    def convolved(self, conv: nn.Module, _: Any, output: Tensor) -> None:
        self.calls[conv] += 1
        self.readers.setdefault(conv, set())
        self._sources[output] = conv

    def normalises(self, norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self.calls[norm] += 1
        self._inside.append((norm, inputs[0]))
        if inputs[0] in self._sources:
            self.calls[self._sources[inputs[0]], norm] += 1

    def normalised(self, *_: Any) -> None:
        self._inside.pop()


def _is_convolution(module: nn.Module) -> bool:
    if type(module) not in _CONVOLUTIONS or _has_hooks(module):
        return False  # parametrised ones have a type of their own
    conv: Any = module
    return not (conv.transposed and conv.groups > 1)  # torch cannot fold these


def _is_normalisation(module: nn.Module) -> bool:
    return (
        isinstance(module, _BatchNorm)
        and type(module).forward in _NORMALISATIONS
        and module.running_mean is not None
        and not module.training
        and not _has_hooks(module)
    )


def _has_hooks(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)


def _fold(conv: Any, norm: Any) -> None:
    weight, bias = fuse_conv_bn_weights(
        _in_double(conv.weight),
        _in_double(conv.bias),
        _in_double(norm.running_mean),
        _in_double(norm.running_var),
        norm.eps,
        _in_double(norm.weight),
        _in_double(norm.bias),
        conv.transposed,
    )
    conv.weight, conv.bias = (
        nn.Parameter(folded.to(conv.weight), conv.weight.requires_grad) for folded in (weight, bias)
    )


def _in_double(values: Tensor | None) -> Any:
    """Weights are rounded once, at the end; some accelerators have no doubles."""
    return None if values is None else values.detach().cpu().double()


@contextmanager
def _all_tasks(model: nn.Module) -> Iterator[None]:
    """Has segmentors compute all tasks, whichever are asked for."""
    parts: list[Any] = [m for m in model.modules() if getattr(m, 'only_asked', False)]
    for part in parts:
        part.only_asked = False
    try:
        yield
    finally:
        for part in parts:
            part.only_asked = True
