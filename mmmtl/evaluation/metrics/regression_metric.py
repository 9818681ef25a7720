from __future__ import annotations

import logging
import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from prettytable import PrettyTable
from torch import Tensor

from mmmtl.evaluation.metric_prefix import check_prefix
from mmmtl.evaluation.prediction_names import PredictionNames
from mmmtl.files import atomic_file
from mmmtl.tasks import Task, tasks_in

_AVERAGES = ('dataset', 'batch')


class RegressionMetric(BaseMetric):
    """Base of the metrics of tasks that predict real numbers instead of classes.

    Finds prediction and label of each image, writes predictions to files if it is to, and logs the
    table. Subclasses sum the errors of an image and turn sums into metrics.

    Args:
        task: Name of the task.
        average: ``'dataset'`` averages over all valid pixels of the set. ``'batch'`` averages over
            the valid pixels of each batch, then over the batches, as the script of the MTAN authors
            does; the result depends on the batch size. Defaults to ``'dataset'``.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file, (H, W) or
            (H, W, C), with the name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown or ``format_only`` lacks an ``output_dir``.
    """

    sums_type: ClassVar[Callable[[], Any]]
    """Makes the sums of errors of no pixel."""

    channels: ClassVar[int | None] = None
    """Numbers per pixel that the task must have; None for any."""

    task_type: ClassVar[type[Task] | None] = None
    """Kind that the task must be of; None for any."""

    higher_is_better: ClassVar[Mapping[str, bool]] = {}
    """Whether more is better, by name of each metric that the class may report."""

    def __init__(
        self,
        task: str,
        average: str = 'dataset',
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix or task)
        if average not in _AVERAGES:
            raise ValueError(f'average: expected one of {_AVERAGES}, found {average!r}.')
        self.task_name = task
        if format_only and output_dir is None:
            raise ValueError('format_only=True needs an output_dir to write the predictions to.')
        self.average = average
        self.output_dir = None if output_dir is None else Path(output_dir)
        self.format_only = format_only
        self._names = PredictionNames()
        self._task: Task | None = None

    @property
    def dataset_meta(self) -> dict | None:
        """dict: Meta information of the data set, which tells of the task.

        Raises:
            ValueError: If it is set, and there is no such task, or one that has no such errors, or
                the prefix is the name of another.
        """
        return self._dataset_meta

    @dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict | None) -> None:
        self._task = self._find_task(dataset_meta)
        check_prefix(self, self.task_name, tasks_in(dataset_meta))
        self._dataset_meta = dataset_meta

    @property
    def task(self) -> Task:
        """Task: The metric's task, as the data set defines it.

        Raises:
            ValueError: If there is no such task, or one that has no such errors.
        """
        if self._task is None:
            self._task = self._find_task(self.dataset_meta)
        return self._task

    @property
    def reported_names(self) -> tuple[str, ...]:
        """tuple: Names of the metrics that are reported, without their prefix."""
        return () if self.format_only else tuple(self.higher_is_better)

    @abstractmethod
    def image_sums(self, prediction: Tensor, label: Tensor) -> Any:
        """Sums the errors of one image.

        Args:
            prediction: Shape (C, H, W).
            label: Shape (C, H, W).

        Returns:
            The sums.

        Raises:
            ValueError: If prediction and label do not fit or are not finite.
        """

    @abstractmethod
    def add_batch(self, sums: list) -> None:
        """Takes the sums of the images of a batch.

        Args:
            sums: The sums of each image.
        """

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Sums the errors of a batch.

        Args:
            data_batch: Not read.
            data_samples: Samples with ``img_path`` and, as ``{'data': (C, H, W)}``, the prediction
                and the label.

        Raises:
            ValueError: If the prediction or label of an image is missing, of another shape or not
                finite, or two images would be written to one file.
        """
        sums = []
        for data_sample in data_samples:
            prediction = self._get(data_sample, self.task.pred_field)
            if self.output_dir is not None:
                self._write(prediction, _name(data_sample), self.output_dir)
            if self.format_only:
                sums.append(type(self).sums_type())
                continue
            label = self._get(data_sample, self.task.gt_field).to(prediction.device)
            try:
                sums.append(self.image_sums(prediction, label))
            except ValueError as error:
                raise ValueError(f'{_name(data_sample)}: {self.task.name}: {error}') from error
        self.add_batch(sums)

    def evaluate(self, size: int) -> dict[str, float]:
        """Collects the results of all ranks, computes the metrics and forgets the results.

        Args:
            size: Number of images of the set.

        Returns:
            The metrics with their prefix.
        """
        metrics = super().evaluate(size)
        self._names.forget()
        return metrics

    def log_metrics(self, metrics: Mapping[str, float]) -> None:
        """Logs a table of the metrics, and a warning if all of them are NaN.

        Args:
            metrics: The metrics without their prefix.
        """
        if all(math.isnan(value) for value in metrics.values()):
            print_log(
                f'No image of the set has a valid label for {self.task.name!r}: its metrics are '
                'NaN.',
                logger='current',
                level=logging.WARNING,
            )
        table = PrettyTable()
        for key, value in metrics.items():
            table.add_column(key, [f'{value:#.5g}'])
        print_log(f'{self.task.name} results:\n{table.get_string()}', logger='current')

    def log_files(self) -> None:
        """Logs where the predictions are."""
        print_log(f'Predictions are saved to {self.output_dir}', logger='current')

    def _find_task(self, dataset_meta: Mapping[str, Any] | None) -> Task:
        task = tasks_in(dataset_meta, [self.task_name])[self.task_name]
        title = type(self).__name__
        if task.holds_ids:
            raise ValueError(
                f'task: expected a task of numbers for {title}, found {task.name!r}, which '
                'predicts ids.'
            )
        if self.task_type is not None and not isinstance(task, self.task_type):
            raise ValueError(
                f'task: expected a {self.task_type.__name__} for {title}, found {task.name!r}, '
                f'a {type(task).__name__}.'
            )
        if self.channels not in (None, task.channels):
            raise ValueError(
                f'task: expected a task with {self.channels} channels for {title}, '
                f'found {task.name!r}, which has {task.channels}.'
            )
        return task

    def _get(self, data_sample: dict, field: str) -> Tensor:
        if field not in data_sample:
            raise ValueError(
                f'{_name(data_sample)}: {type(self).__name__} expected the field {field!r}, found '
                f'{", ".join(data_sample) or "none"}.'
            )
        return data_sample[field]['data']

    def _write(self, prediction: Tensor, image: str, folder: Path) -> None:
        path = self._names.path(image, folder, '.npy')
        pixels_first = prediction.movedim(0, -1).float().cpu().numpy()
        with atomic_file(path) as stream:
            np.save(stream, pixels_first[..., 0] if prediction.shape[0] == 1 else pixels_first)


def _name(data_sample: dict) -> str:
    return str(data_sample.get('img_path', 'a sample without img_path'))
