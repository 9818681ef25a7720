from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch.utils.data import DataLoader

from mmmtl.datasets import MultiTaskConcatDataset
from mmmtl.sets.set_of_sample import mark_sample


class JoinedLoaders:
    """Goes through the data loaders of several data sets, one after the other.

    To hooks it is one data loader: its length is the number of all batches, and its ``dataset`` has
    the tasks of all data sets. Each sample is marked with the name of its data set.

    Args:
        loaders: The data loaders by name of the data set.

    Raises:
        ValueError: If the data sets mean different things by the name of a task.
    """

    def __init__(self, loaders: Mapping[str, DataLoader]) -> None:
        self.loaders: dict[str, Any] = dict(loaders)
        """The data loaders by name of the data set."""
        self.dataset = MultiTaskConcatDataset(
            {name: loader.dataset for name, loader in loaders.items()}, ignore_keys=['palette']
        )
        self.current = ''
        """Name of the data set of the batch that was given last."""

    def __len__(self) -> int:
        return sum(map(len, self.loaders.values()))

    def __iter__(self) -> Iterator[Any]:
        for name, loader in self.loaders.items():
            self.current = name
            for batch in loader:
                _mark(batch, name)
                yield batch


def _mark(batch: Any, name: str) -> None:
    """Marks the samples of a batch; those of test-time augmentation are a list for each view."""
    samples = batch.get('data_samples') if isinstance(batch, Mapping) else None
    for sample in samples if isinstance(samples, Sequence) else ():
        if isinstance(sample, Sequence):
            _mark(dict(data_samples=sample), name)
        else:
            mark_sample(dict(data_samples=sample), name)
