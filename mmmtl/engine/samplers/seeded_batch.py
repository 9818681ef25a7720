from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from mmmtl.engine.seeding import seed_sample


@dataclass(frozen=True)
class SeededBatch:
    """The indices of a batch, which carry the seeds of their samples with them.

    A data loader hands the batch to whichever process loads it, and that process goes through it,
    one ``dataset[index]`` after the other. Before an index is given out, python's, numpy's and
    torch's generators are seeded from (seed, pass, index): what the transforms of a sample draw
    then depends on neither the process nor the samples before it. The data set sees plain indices.

    Args:
        seed: Seed of the run.
        passes: Number of the pass over the data set that each sample belongs to.
        indices: Index of each sample.
    """

    seed: int
    passes: Sequence[int]
    indices: Sequence[Hashable]

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[Hashable]:
        for number, index in zip(self.passes, self.indices, strict=True):
            seed_sample(self.seed, number, index)
            yield index
