from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils.data import Dataset

from mmmtl.checks.label_facts import LabelFacts
from mmmtl.datasets.transforms import LoadMultiTaskAnnotations, LoadMultiTaskImage


@dataclass
class SampleFacts:
    """What a sample is.

    Args:
        path: File of the image.
        size: Height and width; None if it cannot be read.
        content: Hash of the image's pixels.
        labels: What the labels hold, by task.
        error: What is wrong with its files, or nothing.
    """

    path: str
    size: tuple[int, int] | None = None
    content: bytes = b''
    labels: dict[str, LabelFacts] = field(default_factory=dict)
    error: str = ''


class SampleFactsDataset(Dataset):
    """Reads the samples of a data set, and gives what they are in place of their pixels.

    Files are read by :class:`~mmmtl.datasets.transforms.LoadMultiTaskImage` and
    :class:`~mmmtl.datasets.transforms.LoadMultiTaskAnnotations`, before any other transform.

    Args:
        dataset: A data set that tells of its tasks.
    """

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset
        self._steps: list[Callable] = [LoadMultiTaskImage(), LoadMultiTaskAnnotations()]

    def __len__(self) -> int:
        return len(self.dataset)

    def read(self, index: int) -> dict:
        """Reads the image and the labels of a sample.

        Args:
            index: Number of the sample.

        Returns:
            The sample before any augmentation.

        Raises:
            OSError: If a file is missing.
            ValueError: If one is broken.
        """
        sample = self.dataset.get_data_info(index)
        for step in self._steps:
            sample = step(sample)
        return sample

    def __getitem__(self, index: int) -> SampleFacts:
        """Reads a sample.

        Args:
            index: Number of the sample.

        Returns:
            What it is, or what is wrong with it.
        """
        facts = SampleFacts(str(self.dataset.get_data_info(index)['img_path']))
        try:
            sample = self.read(index)
        except (OSError, ValueError) as error:
            facts.error = ' '.join(str(error).split())
            return facts
        image = sample['img']
        facts.size = image.shape[:2]
        facts.content = hashlib.blake2b(
            repr(image.shape).encode() + image.tobytes(), digest_size=16
        ).digest()
        facts.labels = {
            name: LabelFacts.of(task, sample[task.map_key])
            for name, task in self.dataset.tasks.items()
        }
        return facts


def one_thread(_: int) -> None:
    """Keeps a worker to one core."""
    torch.set_num_threads(1)
