"""How large a network is and what it costs to run: the #P and FLOPs of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

_NOT_NETWORK = 'loss_weighting.'
_OPERATIONS_PER_MULTIPLY_ADD = 2


def count_params(model: nn.Module) -> int:
    """Counts the parameters of a network, those of its loss weighting left out.

    Auxiliary heads count: they are trained. What is shared counts once.

    Args:
        model: The network, such as a ``MultiTaskSegmentor``.

    Returns:
        Their number.
    """
    return sum(
        parameter.numel()
        for name, parameter in model.named_parameters()
        if not name.startswith(_NOT_NETWORK)
    )


def count_trained_params(model: nn.Module) -> int:
    """Counts the parameters of a network that are trained, those of its loss weighting left out.

    Args:
        model: The network, of which some weights may be frozen.

    Returns:
        Their number, at most :func:`count_params`.
    """
    return sum(
        parameter.numel()
        for name, parameter in model.named_parameters()
        if parameter.requires_grad and not name.startswith(_NOT_NETWORK)
    )


def count_flops(model: nn.Module, size: tuple[int, int], in_channels: int = 3) -> int:
    r"""Counts the multiply-adds of a prediction for one image.

    The convention is that of mmsegmentation's ``get_flops.py`` and of most papers: one
    multiplication with its addition counts as one. Convolutions (transposed ones, too), linear
    layers, matrix products and attention count; what they leave out is small: biases,
    normalisation, activations, pooling, unpooling and resizing. So a convolution of
    :math:`C \times k \times k` inputs and ``(N, D, H, W)`` outputs costs
    :math:`N D H W \cdot C k^2` (divided by the groups).

    The operations are counted while the network runs, by torch's ``FlopCounterMode``, rather than
    read from a traced graph: so it does not matter how a network is written, nor what containers
    its parts pass on.

    Args:
        model: A segmentor, whose ``mode='tensor'`` is run once on an image of zeros, in evaluation.
        size: Height and width of the image.
        in_channels: Channels of the image. Defaults to 3.

    Returns:
        The multiply-adds.

    Raises:
        ValueError: If the size is not positive, or the network cannot run on such an image.
    """
    if min(*size, in_channels) < 1:
        raise ValueError(f'size: expected positive numbers, found {size}, {in_channels} channels.')
    parameter = next(model.parameters())
    image = torch.zeros(1, in_channels, *size, device=parameter.device, dtype=parameter.dtype)
    counter = FlopCounterMode(display=False)
    try:
        with _evaluation(model), torch.no_grad(), _plain_attention(), counter:
            model(image, mode='tensor')
    except RuntimeError as error:  # torch's way to say that shapes do not fit
        raise ValueError(f'size: the network cannot run on {size[0]}x{size[1]}: {error}') from error
    return counter.get_total_flops() // _OPERATIONS_PER_MULTIPLY_ADD


@contextmanager
def _evaluation(model: nn.Module) -> Iterator[None]:
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)


@contextmanager
def _plain_attention() -> Iterator[None]:
    """Keeps attention from being computed by kernels that the counter does not know."""
    was_enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(was_enabled)
