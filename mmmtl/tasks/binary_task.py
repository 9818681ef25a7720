from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from mmseg.registry import TASK_UTILS
from torch import Tensor

from mmmtl.tasks.class_task import IGNORED, finite_logit
from mmmtl.tasks.task import Task


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class BinaryTask(Task):
    """Yes or no per pixel, such as an edge or what is salient: a logit, and a probability map.

    Labels are 0 and 1, or probabilities between; 255 is a pixel without a label. Predictions are
    probabilities.

    Args:
        name: Name of the task.
    """

    channels: ClassVar[int] = 1
    kind: ClassVar[str] = 'binary'
    is_classification: ClassVar[bool] = True
    keeps_output: ClassVar[bool] = True
    default_suffix: ClassVar[str] = '.png'
    file_form: ClassVar[str | None] = 'ids'
    default_head: ClassVar[str] = 'BinaryHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='BinaryMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('maxF', 'AP')

    @property
    def fill(self) -> float:
        """float: The id that stands for no label, 255."""
        return IGNORED

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels have a label.

        Args:
            label: Shape (..., 1, H, W).

        Returns:
            A boolean tensor of the same shape.
        """
        return label != IGNORED

    @property
    def head_arguments(self) -> dict[str, Any]:
        """dict: One channel, and for heads of classes that it tells two of them apart."""
        return {'out_channels': self.channels, 'num_classes': 2}

    def head_label(self, label: Tensor) -> dict[str, Tensor]:
        """Gives the label under the names by which heads know it.

        Args:
            label: Shape (1, H, W).

        Returns:
            ``gt_map`` and ``gt_valid`` of this package's heads, and ``gt_sem_seg`` with ids 0, 1
            and 255 of mmseg's.
        """
        ids = torch.where(label == IGNORED, label, label > 0.5).to(torch.int64)
        return super().head_label(label) | {'gt_sem_seg': ids}

    def decode(self, output: Tensor, threshold: float | None = None) -> Tensor:
        """Turns logits into probabilities.

        Args:
            output: A logit, shape (1, H, W), or the two logits of a head of classes, (2, H, W).
            threshold: Not read.

        Returns:
            Probabilities from 0 to 1, shape (1, H, W).
        """
        return output.sigmoid() if output.shape[0] == 1 else output.softmax(dim=0)[1:]

    def to_mean(self, output: Tensor) -> Tensor:
        """Turns logits into probabilities.

        Args:
            output: Shape (1, H, W) or (2, H, W).

        Returns:
            Probabilities, shape (1, H, W).
        """
        return self.decode(output)

    def from_mean(self, mean: Tensor) -> Tensor:
        """Turns probabilities into logits.

        Args:
            mean: Probabilities, shape (1, H, W).

        Returns:
            Logits of the same shape.
        """
        return finite_logit(mean)

    def default_reader(self) -> dict[str, Any]:
        """Gives the config of a reader of masks.

        Returns:
            Config of a :class:`~mmmtl.datasets.readers.MaskReader`.
        """
        return dict(type='MaskReader')

    @property
    def label_names(self) -> tuple[str, ...]:
        """tuple: No and yes."""
        return ('no', 'yes')

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label.

        Args:
            size: Height and width.
            num_classes: Not read.

        Returns:
            Zeros and ones, float32 of shape (1, H, W).
        """
        return torch.randint(0, 2, (1, *size)).float()

    def describe(self) -> dict[str, Any]:
        """Says what the values of an exported network mean.

        Returns:
            ``quantity`` and ``values``.
        """
        return super().describe() | {'values': 'logits; their sigmoid is the probability'}
