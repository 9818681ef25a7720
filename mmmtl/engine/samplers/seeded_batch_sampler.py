from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import Any

import torch
from mmengine.dataset import InfiniteSampler
from mmseg.registry import DATA_SAMPLERS
from torch.utils.data import DataLoader, IterableDataset, Sampler

from mmmtl.engine.samplers.multi_set_batch_sampler import MultiSetBatchSampler
from mmmtl.engine.samplers.seeded_batch import SeededBatch
from mmmtl.engine.seeding import order_seed, seed_order


@DATA_SAMPLERS.register_module()
class SeededBatchSampler(Sampler[SeededBatch]):
    """Sends with each index the pass over the data set that it belongs to, and the seed.

    The batches are those of another batch sampler, see :class:`SeededBatch` for what is added.

    - A sampler that ends makes one pass; which one is its ``epoch``, or what :meth:`set_epoch`
      said. A sampler that draws from a torch generator gets one that depends on seed and pass;
      python's, numpy's and torch's own are seeded from these when the pass begins.
    - :class:`~mmmtl.engine.samplers.MultiSetBatchSampler` says itself which pass over its data set
      each sample belongs to, and begins anywhere.
    - mmengine's ``InfiniteSampler`` makes one pass after the other: in each, all processes together
      take ``len(dataset)`` indices. Any other sampler that does not end takes ``len(sampler)``.

    Batches that were trained on before are left out by their indices, without reading a sample.

    Args:
        sampler: The batch sampler whose batches these are.
        seed: Seed of the run. Defaults to 0.
        endless: Whether the next pass begins where one ends. Defaults to False.
    """

    def __init__(self, sampler: Iterable[list], seed: int = 0, endless: bool = False) -> None:
        self.batch_sampler = sampler
        self.seed = seed
        self.endless = endless
        self.epoch = 0
        self._skipped = 0

    @property
    def sampler(self) -> Any:
        """The sampler of the indices."""
        return getattr(self.batch_sampler, 'sampler', None)

    @property
    def batch_size(self) -> int | None:
        """Samples in a batch of one process; None if the batch sampler does not say."""
        return getattr(self.batch_sampler, 'batch_size', None)

    @property
    def epochs_of_a_pass(self) -> int:
        """Epochs in which every sample has been seen."""
        return getattr(self.batch_sampler, 'epochs_of_a_pass', 1)

    @property
    def plan(self) -> str | None:
        """How the batches are taken from several data sets, in words; None of a single one."""
        inner = self.batch_sampler
        return inner.describe() if isinstance(inner, MultiSetBatchSampler) else None

    def set_epoch(self, epoch: int) -> None:
        """Says which pass comes next.

        Args:
            epoch: Number of the pass, from 0.
        """
        self.epoch = epoch
        if hasattr(self.sampler, 'set_epoch'):
            self.sampler.set_epoch(epoch)

    def skip(self, batches: int) -> None:
        """Leaves out the first batches of the next iteration, once.

        Args:
            batches: How many.
        """
        self._skipped = batches

    def __iter__(self) -> Iterator[SeededBatch]:
        left_out, self._skipped = self._skipped, 0
        if isinstance(self.batch_sampler, MultiSetBatchSampler):
            yield from self._planned(self.batch_sampler, left_out)
            return
        while True:
            number = getattr(self.sampler, 'epoch', self.epoch)
            self._seed_order(number)
            taken = 0
            for indices in self.batch_sampler:
                if left_out:
                    left_out -= 1
                else:
                    yield SeededBatch(self.seed, self._passes(number, taken, len(indices)), indices)
                taken += len(indices)
            if not self.endless or not taken:
                return
            self.set_epoch(number + 1)

    def __len__(self) -> int:
        return len(self.batch_sampler)  # type: ignore[arg-type]

    def _planned(self, batch_sampler: MultiSetBatchSampler, left_out: int) -> Iterator[SeededBatch]:
        """Gives batches whose place says everything, whole epochs left out by their number."""
        epoch = getattr(self.sampler, 'epoch', self.epoch)
        if self.endless:
            epoch += left_out // len(batch_sampler)
            left_out %= len(batch_sampler)
        while True:
            self.set_epoch(epoch)
            for batch in batch_sampler.batches(epoch, left_out):
                yield SeededBatch(self.seed, batch.passes, batch.indices)
            if not self.endless:
                return
            epoch, left_out = epoch + 1, 0

    def _seed_order(self, number: int) -> None:
        seed_order(self.seed, number)
        if hasattr(self.sampler, 'generator'):  # torch's random samplers
            self.sampler.generator = torch.Generator().manual_seed(order_seed(self.seed, number))

    def _passes(self, number: int, taken: int, count: int) -> list[int]:
        sampler = self.sampler
        if isinstance(sampler, InfiniteSampler):
            size, step = sampler.size, sampler.world_size
            first = sampler.rank + taken * step
        else:
            size, step = len(sampler) if isinstance(sampler, Sized) else 0, 1
            first = taken
        places = range(first, first + count * step, step)
        return [number + place // size if size else number for place in places]


def seed_batches(dataloader: DataLoader, seed: int) -> SeededBatchSampler | None:
    """Has a data loader take its batches from a :class:`SeededBatchSampler`.

    Workers that have begun to load are ended. The sampler gets the seed too.

    Args:
        dataloader: The data loader, changed in place.
        seed: Seed of the run, the same on all processes.

    Returns:
        The sampler; None if the data loader has no batches of indices (``batch_size=None``, or a
        data set that is iterated over).
    """
    inner = dataloader.batch_sampler
    if inner is None or isinstance(dataloader.dataset, IterableDataset):
        return None
    batches = inner if isinstance(inner, SeededBatchSampler) else SeededBatchSampler(inner)
    # The class refuses the attribute once it is built, though each iteration looks it up again.
    object.__setattr__(dataloader, 'batch_sampler', batches)
    batches.seed = seed
    sampler = batches.sampler
    if hasattr(sampler, 'seed'):
        sampler.seed = seed
    if isinstance(sampler, InfiniteSampler):  # its indices may have been drawn from already
        sampler.indices = sampler._indices_of_rank()
    dataloader._iterator = None
    return batches
