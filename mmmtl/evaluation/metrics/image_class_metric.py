"""How often the class of a whole image is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.image_class import (
    IMAGE_CLASS_METRICS,
    ImageClassSums,
    finalise_image_class_scores,
    image_class_sums,
)
from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric
from mmmtl.files import write_atomically
from mmmtl.tasks import ImageClassTask

_LARGEST_K = 100


@METRICS.register_module()
class ImageClassMetric(AccumulatedMetric):
    """Accuracy of a task that gives the whole image a class.

    Reports in percent ``accuracy``, ``mean_accuracy``, the mean of the classes' own, and on request
    how often the right class is among the first few, such as ``top5`` (see
    :func:`mmmtl.evaluation.functional.finalise_image_class_scores`). Images without a label do not
    count.

    Args:
        task: Name of the task.
        top_k: Numbers from 2 to 100. Defaults to none.
        average: ``'dataset'`` counts all images of the set together. ``'batch'`` averages the
            metrics of the batches; the result depends on the batch size. Defaults to ``'dataset'``.
        output_dir: Folder to which each prediction is written as a ``.json`` file with the name of
            its image: see :meth:`mmmtl.tasks.ImageClassTask.record`. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``top_k`` has another number, ``average`` is unknown or ``format_only`` lacks
            an ``output_dir``.
    """

    task_type = ImageClassTask
    sums_type = ImageClassSums
    higher_is_better = dict.fromkeys(
        (*IMAGE_CLASS_METRICS, *(f'top{k}' for k in range(2, _LARGEST_K + 1))), True
    )

    def __init__(
        self,
        task: str,
        top_k: Sequence[int] = (),
        average: str = 'dataset',
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        if not isinstance(top_k, Sequence) or not all(
            isinstance(k, Integral) and 2 <= int(k) <= _LARGEST_K for k in top_k
        ):
            raise ValueError(f'top_k: expected numbers from 2 to {_LARGEST_K}, found {top_k!r}.')
        self.top_k = tuple(top_k)

    @property
    def reported_names(self) -> tuple[str, ...]:
        """tuple: Names of the metrics that are reported, without their prefix."""
        if self.format_only:
            return ()
        return (*IMAGE_CLASS_METRICS, *(f'top{k}' for k in self.top_k))

    def image_sums(self, prediction: Tensor, label: Tensor) -> ImageClassSums:
        """Counts one image.

        Args:
            prediction: Probabilities, shape (C, 1, 1).
            label: Shape (C, 1, 1).

        Returns:
            The counts.
        """
        return image_class_sums(prediction, label, self.task.valid_mask(label))

    def finalise(self, sums: ImageClassSums) -> dict[str, float]:
        """Turns counts into scores.

        Args:
            sums: Counts over the images of a batch or a set.

        Returns:
            The scores without their prefix.
        """
        return finalise_image_class_scores(sums, self.top_k)

    def _write(self, prediction: Tensor, image: str, folder: Path) -> None:
        task: Any = self.task
        path = self._names.path(image, folder, task.file_suffix)
        write_atomically(path, json.dumps(task.record(prediction), indent=2) + '\n')
