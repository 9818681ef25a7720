from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from mmengine.dataset import InfiniteSampler
from mmengine.logging import print_log
from mmseg.registry import DATA_SAMPLERS
from torch.utils.data import Sampler

from mmmtl.engine.samplers.pass_order import PassOrder
from mmmtl.engine.samplers.set_shares import (
    check_by_set,
    in_sequence,
    in_turn,
    is_count,
    set_shares,
    shuffled,
    whole_batches,
)

_ORDERS = ('random', 'turn', 'sequence')


class PlannedBatch(NamedTuple):
    """One process's share of a batch."""

    indices: list[int]
    """Indices of the samples in the joined data set."""
    passes: list[int]
    """For each sample the pass over its own data set that it belongs to."""


@DATA_SAMPLERS.register_module()
class MultiSetBatchSampler(Sampler[list[int]]):
    r"""Makes batches of several data sets that mmengine's ``ConcatDataset`` joins.

    By default each batch is of one data set. ``shares`` says how many of the batches are of which:

    - ``'size'``: in proportion to the number of samples :math:`n_i`; with a temperature :math:`T`
      to :math:`n_i^{1/T}` (`Massively Multilingual Neural Machine Translation in the Wild
      <https://arxiv.org/abs/1907.05019>`_), from which large data sets get less;
    - ``'uniform'``: as many of each;
    - ``dict(camvid=1, office=3)``: in these ratios.

    With ``counts=dict(camvid=1, office=3)`` each batch of each process has so many samples of each
    data set instead.

    An epoch has the same number of batches of each data set every time: as many as there are in one
    pass over all, each data set's part rounded up to whole batches, or ``batches_per_epoch``
    divided by the largest remainders; with ``counts`` as many as the longest data set lasts. What
    an epoch leaves of a data set comes first in the next one, so that in the long run all samples
    of a data set are seen equally often; a data set that is too small begins again within an epoch,
    in another order. All batches are full.

    All processes take the same data set in the same step, and together the samples that one process
    with as large a batch would take. A batch follows from the seed, the number of the epoch and its
    place in the epoch alone (:meth:`batches`): a run that goes on in the middle reads nothing of
    what went before.

    Args:
        sampler: mmengine's ``DefaultSampler`` or ``InfiniteSampler`` of the joined data set. Seed,
            epoch, ``shuffle`` and the number of the process are taken from it, its indices are not.
        batch_size: Samples in a batch of one process, as the data loader says.
        shares: As above. Defaults to ``'size'``.
        temperature: :math:`T`, more than 0; 1, the default, changes nothing, and a large number
            comes near to ``'uniform'``.
        counts: As above. Defaults to None: each batch is of one data set.
        order: ``'random'``, the default: the batches of an epoch are mixed. ``'turn'``: those of
            each data set are spread evenly; with equal shares the data sets come in turn.
            ``'sequence'``: all of the first data set, then all of the second one, and so on.
        batches_per_epoch: Batches in an epoch, on each process. Defaults to as above.

    Raises:
        ValueError: If the data set is not joined of several, an argument is not one of these, or
            one of the data sets is empty or gets no batch.
    """

    def __init__(
        self,
        sampler: Any,
        batch_size: int,
        shares: str | Mapping[str, float] = 'size',
        temperature: float = 1.0,
        counts: Mapping[str, int] | None = None,
        order: str = 'random',
        batches_per_epoch: int | None = None,
    ) -> None:
        self.sampler = sampler
        self.batch_size = batch_size
        self.sizes = _sizes(sampler)
        """Number of samples of each data set, by its name."""
        if order not in _ORDERS:
            raise ValueError(f'order: expected one of {_ORDERS}, found {order!r}.')
        if batches_per_epoch is not None and not is_count(batches_per_epoch):
            raise ValueError(
                f'batches_per_epoch: expected a whole number from 1, found {batches_per_epoch!r}.'
            )
        self.order = order
        self.counts = None if counts is None else _checked(counts, batch_size, self.sizes)
        """Samples of each data set in a mixed batch; None where a batch is of one data set."""
        if self.counts is None:
            passes = sum(self.sizes.values()) / (batch_size * sampler.world_size)
            chosen = set_shares(self.sizes, shares, temperature)
            self.epoch_batches = whole_batches(chosen, passes, batches_per_epoch)
            """Batches of an epoch that have samples of each data set."""
            self._length = sum(self.epoch_batches.values())
        else:
            if shares != 'size' or temperature != 1 or order != 'random':
                raise ValueError(
                    'counts: expected neither shares, temperature nor order beside it.'
                )
            self._length = batches_per_epoch or max(
                -(-size // (self.counts[name] * sampler.world_size))
                for name, size in self.sizes.items()
            )
            self.epoch_batches = dict.fromkeys(self.sizes, self._length)
        self._told = False
        firsts = itertools.accumulate(self.sizes.values(), initial=0)
        self._orders = {
            name: PassOrder(name, first, size)
            for (name, size), first in zip(self.sizes.items(), firsts, strict=False)
        }

    @property
    def epochs_of_a_pass(self) -> int:
        """int: Epochs in which every sample of each data set has been seen."""
        seen = {name: count * self._step(name) for name, count in self.epoch_batches.items()}
        return max(-(-size // seen[name]) for name, size in self.sizes.items())

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[list[int]]:
        epoch = getattr(self.sampler, 'epoch', 0)
        while True:
            for batch in self.batches(epoch):
                yield batch.indices
            if not isinstance(self.sampler, InfiniteSampler):
                return
            epoch += 1

    def describe(self) -> str:
        """Says in a line what an epoch has of each data set."""
        parts = []
        for name, batches in self.epoch_batches.items():
            samples = batches * self._step(name)
            share = '' if self.counts is not None else f'{batches / self._length:.1%}, '
            parts.append(
                f'{name} {batches} ({share}{samples} samples, '
                f'{samples / self.sizes[name]:.2f} passes)'
            )
        kind = 'all mixed' if self.counts is not None else f'each of one data set, {self.order}'
        return f'{self._length} batches in an epoch, {kind}: {"; ".join(parts)}'

    def batches(self, epoch: int, first: int = 0) -> Iterator[PlannedBatch]:
        """Gives the batches of an epoch from one on.

        Args:
            epoch: Number of the epoch, from 0.
            first: Number of batches to leave out, which are not computed. Defaults to 0.

        Yields:
            The batches of this process.
        """
        self._tell()
        if self.counts is not None:
            for number in range(first, self._length):
                mixed = [self._of_set(name, epoch, number) for name in self.sizes]
                indices, passes = zip(*mixed, strict=True)
                chain = itertools.chain.from_iterable
                yield PlannedBatch([*chain(indices)], [*chain(passes)])
            return
        names = list(self.sizes)
        sets = self._sets_of(epoch)
        seen = np.bincount(sets[:first], minlength=len(names))
        for index in sets[first:].tolist():
            yield self._of_set(names[index], epoch, int(seen[index]))
            seen[index] += 1

    def _sets_of(self, epoch: int) -> np.ndarray:
        """Gives the data set of each batch of an epoch, as numbers."""
        counts = list(self.epoch_batches.values())
        if self.order == 'turn':
            return in_turn(counts)
        if self.order == 'sequence':
            return in_sequence(counts)
        return shuffled(counts, self.sampler.seed, epoch)

    def _step(self, name: str) -> int:
        """Gives the samples of a data set that all processes take in a batch with any of it."""
        own = self.batch_size if self.counts is None else self.counts[name]
        return own * self.sampler.world_size

    def _of_set(self, name: str, epoch: int, number: int) -> PlannedBatch:
        """Gives this process's samples of the batch of an epoch with that number among the set's.

        The samples of a data set are one row, pass after pass; batches cut it into pieces.
        """
        sampler, step = self.sampler, self._step(name)
        start = (epoch * self.epoch_batches[name] + number) * step
        indices, passes = [], []
        for place in range(start + sampler.rank, start + step, sampler.world_size):
            turn, at = divmod(place, self.sizes[name])
            order = self._orders[name](turn, sampler.seed, getattr(sampler, 'shuffle', True))
            indices.append(int(order[at]))
            passes.append(turn)
        return PlannedBatch(indices, passes)

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            print_log(f'MultiSetBatchSampler: {self.describe()}', logger='current')


def _sizes(sampler: Any) -> dict[str, int]:
    dataset = getattr(sampler, 'dataset', None)
    parts = getattr(dataset, 'datasets', None)
    if parts is None or not hasattr(sampler, 'world_size'):
        raise ValueError(
            "MultiSetBatchSampler: expected mmengine's DefaultSampler or InfiniteSampler of a "
            f'ConcatDataset, found {type(sampler).__name__} of {type(dataset).__name__}.'
        )
    names = getattr(dataset, 'names', None) or [str(number) for number in range(len(parts))]
    sizes = {name: len(part) for name, part in zip(names, parts, strict=True)}
    empty = [name for name, size in sizes.items() if not size]
    if empty:
        raise ValueError(f'datasets.{empty[0]}: expected samples, found none.')
    return sizes


def _checked(
    counts: Mapping[str, int], batch_size: int, sizes: Mapping[str, int]
) -> dict[str, int]:
    check_by_set('counts', counts, sizes)
    if not all(map(is_count, counts.values())) or sum(counts.values()) != batch_size:
        raise ValueError(
            f'counts: expected whole numbers from 1 that add up to batch_size={batch_size}, '
            f'found {dict(counts)}.'
        )
    return {name: counts[name] for name in sizes}
