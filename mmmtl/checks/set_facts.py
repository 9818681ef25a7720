from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch.utils.data import DataLoader

from mmmtl.checks.label_facts import LabelFacts
from mmmtl.checks.sample_facts import SampleFacts, SampleFactsDataset, one_thread


@dataclass
class SetFacts:
    """What a data set holds.

    Args:
        name: Name of the set, such as ``'train'``.
        sizes: How many images have each height and width.
        labels: What the labels hold, by task.
        paths: File of each image by the hash of its pixels; the first one of several.
        twice: Pairs of files of the set with the same pixels.
        errors: What is wrong with files.
    """

    name: str
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    labels: dict[str, LabelFacts] = field(default_factory=dict)
    paths: dict[bytes, str] = field(default_factory=dict)
    twice: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, sample: SampleFacts) -> None:
        """Adds a sample.

        Args:
            sample: What it is.
        """
        if sample.size is None:
            self.errors.append(sample.error)
            return
        self.sizes[sample.size] += 1
        for task, facts in sample.labels.items():
            self.labels.setdefault(task, LabelFacts()).add(facts)
        first = self.paths.setdefault(sample.content, sample.path)
        if first != sample.path:
            self.twice.append((first, sample.path))


def read_set_facts(
    name: str, dataset: Any, workers: int = 0, advance: Callable[[], object] = lambda: None
) -> SetFacts:
    """Reads every sample of a data set, one at a time.

    Args:
        name: Name of the set.
        dataset: A data set that tells of its tasks.
        workers: Processes that read; 0 is this one. Defaults to 0.
        advance: Called after each sample. Defaults to nothing.

    Returns:
        What the set holds.
    """
    found = SetFacts(name, labels={task: LabelFacts() for task in dataset.tasks})
    loader = DataLoader(
        SampleFactsDataset(dataset),
        batch_size=None,
        num_workers=workers,
        collate_fn=_same,
        worker_init_fn=one_thread,
    )
    for sample in loader:
        found.add(sample)
        advance()
    return found


def _same(sample: Any) -> Any:
    return sample
