"""Running statistics of batch normalisations, estimated anew while all parameters stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn.modules.batchnorm import _BatchNorm

from mmmtl.engine.seeding import order_seed


class EstimatedNorms(NamedTuple):
    """How many batch normalisations got new statistics."""

    estimated: int
    kept: int
    """Those that no batch went through, or that do not follow the batches, keep theirs."""


def estimate_statistics(model: Any, batches: Iterable[Any]) -> EstimatedNorms:
    r"""Estimates the running statistics of a model's batch normalisations.

    What a normalisation uses in evaluation becomes the mean over the batches of what it used in
    training mode, :math:`\frac{1}{B} \sum_b \mu_b` and :math:`\frac{1}{B} \sum_b \sigma_b^2`
    (unbiased), whatever its momentum is. A normalisation with statistics of each data set or task
    gets each from its own batches. torch's :func:`torch.optim.swa_utils.update_bn` would reset
    those that stay in evaluation too, and what stands behind them would see other features.

    Args:
        model: One of mmengine's models; a loss is computed as in training, without gradients.
        batches: What a data loader gives.

    Returns:
        The number of normalisations.

    Raises:
        ValueError: If the model has no batch normalisation with running statistics.
    """
    norms = [
        module
        for module in model.modules()
        if isinstance(module, _BatchNorm) and module.running_mean is not None
    ]
    if not norms:
        raise ValueError(
            'model: expected a batch normalisation with running statistics, found none.'
        )
    was_training = model.training
    model.train()
    following = [norm for norm in norms if norm.training]
    before = [[buffer.clone() for buffer in norm.buffers()] for norm in following]
    momenta = [norm.momentum for norm in following]
    for norm in following:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
    with torch.no_grad():
        for batch in batches:
            model(**model.data_preprocessor(batch, training=True), mode='loss')
        unused = [norm.num_batches_tracked == 0 for norm in following]
        for norm, known, is_unused in zip(following, before, unused, strict=True):
            for buffer, value in zip(norm.buffers(), known if is_unused else (), strict=False):
                buffer.copy_(value)
    for norm, momentum in zip(following, momenta, strict=True):
        norm.momentum = momentum
    model.train(was_training)
    estimated = len(following) - sum(map(bool, unused))
    return EstimatedNorms(estimated, len(norms) - estimated)


def even_batches(
    indices: Collection[int], batch_size: int, seed: int, what: str
) -> list[list[int]]:
    """Divides samples into batches of nearly one size, so that each sample counts alike.

    Args:
        indices: Indices of the samples.
        batch_size: Samples in a batch at most.
        seed: Seed of the run.
        what: What the samples are of; the order depends on it too.

    Returns:
        The batches, in mixed order.
    """
    generator = torch.Generator().manual_seed(order_seed(seed, 0, what))
    mixed = np.array(list(indices))[torch.randperm(len(indices), generator=generator).numpy()]
    parts = np.array_split(mixed, -(-len(indices) // batch_size))
    return [part.tolist() for part in parts]
