from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from mmmtl.tasks import Task


@dataclass
class LabelFacts:
    """What the labels of a task hold, of one image or of many.

    Args:
        images: Images.
        unlabelled: Images without a labelled pixel.
        pixels: Pixels, or images for a class of the whole image.
        valid: Labelled pixels.
        counts: Pixels of each of the task's ``label_names``; empty of numbers.
        low: The smallest number of all channels; infinite without a number.
        high: The largest one.
        total: The sum of the numbers of all channels.
    """

    images: int = 0
    unlabelled: int = 0
    pixels: int = 0
    valid: int = 0
    counts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    low: float = np.inf
    high: float = -np.inf
    total: float = 0.0

    @classmethod
    def of(cls, task: Task, label: np.ndarray) -> LabelFacts:
        """Counts a label.

        Args:
            task: The task.
            label: Label map of shape (H, W) or (H, W, C), as the task's reader gives it.

        Returns:
            The facts of one image.
        """
        channels = label[None] if label.ndim == 2 else np.moveaxis(label, -1, 0)
        values = torch.from_numpy(np.array(channels))
        mask = task.valid_mask(values)
        valid = int(mask.sum())
        facts = cls(1, int(valid == 0), mask.numel(), valid)
        if task.label_names:
            facts.counts = task.count_names(values)[:-1].numpy()
        elif valid:
            numbers = values[:, mask[0]].double()
            facts.low, facts.high = numbers.min().item(), numbers.max().item()
            facts.total = numbers.sum().item() / len(values)
        return facts

    def add(self, other: LabelFacts) -> None:
        """Adds the facts of other images.

        Args:
            other: Those of the same task.
        """
        if len(other.counts):
            self.counts = other.counts + (self.counts if len(self.counts) else 0)
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        for name in ('images', 'unlabelled', 'pixels', 'valid', 'total'):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def valid_share(self) -> float:
        """float: Share of labelled pixels, 0 without any pixel."""
        return self.valid / self.pixels if self.pixels else 0.0

    @property
    def mean(self) -> float:
        """float: Mean of the numbers, NaN without any."""
        return self.total / self.valid if self.valid else float('nan')
