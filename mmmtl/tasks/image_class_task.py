from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from mmseg.registry import TASK_UTILS
from torch import Tensor

from mmmtl.tasks.class_names import checked_class_names
from mmmtl.tasks.task import Task


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class ImageClassTask(Task):
    """One of several classes for the whole image, such as its weather or what it shows.

    Labels and predictions are probabilities, maps of a single pixel with a channel for each class:
    1 for the class of the label and 0 for the others, NaN for an image without a label. The network
    gives a logit a class.

    Args:
        name: Name of the task.
        classes: Names of the classes, at least two, in the order of their ids; or their number, and
            their ids are their names.

    Raises:
        ValueError: If there are fewer, or two have one name.
    """

    classes: tuple[str, ...]

    is_dense: ClassVar[bool] = False
    kind: ClassVar[str] = 'image class'
    is_classification: ClassVar[bool] = True
    default_suffix: ClassVar[str] = ''
    """The labels of a folder of images are their places in it."""
    file_form: ClassVar[str | None] = 'ids'
    file_suffix: ClassVar[str] = '.json'
    default_head: ClassVar[str] = 'ImageClassHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='ImageClassMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('accuracy', 'mean_accuracy')

    def __post_init__(self) -> None:
        super().__post_init__()
        given: Any = self.classes
        named = map(str, range(given)) if isinstance(given, int) else given
        names = checked_class_names(self.name, named, least=2, most=None)
        object.__setattr__(self, 'classes', names)

    @property
    def channels(self) -> int:  # type: ignore[override]
        """int: One for each class."""
        return len(self.classes)

    @property
    def fill(self) -> float:
        """float: NaN in each channel."""
        return math.nan

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells whether an image has a label.

        Args:
            label: Shape (..., C, 1, 1).

        Returns:
            A boolean tensor of shape (..., 1, 1, 1).
        """
        return ~label.isnan().any(dim=-3, keepdim=True)

    def decode(self, output: Tensor, threshold: float | None = None) -> Tensor:
        """Turns logits into probabilities.

        Args:
            output: Logits of shape (C, 1, 1).
            threshold: Not read.

        Returns:
            Probabilities of the same shape.
        """
        return output.softmax(dim=0)

    def from_mean(self, mean: Tensor) -> Tensor:
        """Turns an average of probabilities into logits that decode to it.

        Args:
            mean: Probabilities of shape (C, 1, 1).

        Returns:
            A tensor of the same shape.
        """
        return mean.clamp(min=torch.finfo(mean.dtype).tiny).log()

    @property
    def reader_facts(self) -> dict[str, Any]:
        """dict: ``class_names``, in the order of their ids, and ``label_key``."""
        return {'class_names': list(self.classes), 'label_key': self.label_key}

    def default_reader(self) -> dict[str, Any]:
        """Gives the config of a reader of names and ids.

        Returns:
            Config of an :class:`~mmmtl.datasets.readers.ImageLabelReader`.
        """
        return dict(type='ImageLabelReader', **self.reader_facts)

    @property
    def label_names(self) -> tuple[str, ...]:
        """tuple: The classes."""
        return self.classes

    def count_names(self, label: Tensor) -> Tensor:
        """Counts the one class of an image.

        Args:
            label: Shape (C, 1, 1).

        Returns:
            A number for each class, and whether there is no label; int64.
        """
        counts = torch.zeros(self.channels + 1, dtype=torch.int64, device=label.device)
        place = label.argmax() if self.valid_mask(label).all() else self.channels
        counts[place] = 1
        return counts

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label.

        Args:
            size: Not read.
            num_classes: Number of classes that occur at most. Defaults to 2.

        Returns:
            Zeros and a one, float32 of shape (C, 1, 1).
        """
        label = torch.zeros(self.channels, 1, 1)
        label[torch.randint(0, min(num_classes, self.channels), ())] = 1
        return label

    def describe(self) -> dict[str, Any]:
        """Says what the values of an exported network mean.

        Returns:
            ``quantity``, ``classes`` and ``values``.
        """
        return super().describe() | {
            'classes': list(self.classes),
            'values': 'logits; their softmax are the probabilities',
        }

    def record(self, probabilities: Tensor) -> dict[str, Any]:
        """Says a prediction in words, for files.

        Args:
            probabilities: As many as there are classes, of any shape.

        Returns:
            ``class``, the name of the most probable one, its ``id`` and ``score``, and ``scores``,
            the probability of each class by its name.
        """
        scores = [float(f'{value:.6g}') for value in probabilities.flatten().tolist()]
        best = int(probabilities.argmax())
        return {
            'class': self.classes[best],
            'id': best,
            'score': scores[best],
            'scores': dict(zip(self.classes, scores, strict=True)),
        }
