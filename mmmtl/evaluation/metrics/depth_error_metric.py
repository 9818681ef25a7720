"""Depth errors of a whole set, kept as a few sums per image."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.dist import get_rank
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from mmseg.registry import METRICS
from prettytable import PrettyTable
from torch import Tensor

from mmmtl.evaluation.functional.depth import (
    DEPTH_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
    merge_depth_errors,
)
from mmmtl.files import atomic_file
from mmmtl.tasks import Quantity, get_task

_AVERAGES = ('dataset', 'batch')


@dataclass(frozen=True)
class DepthErrorEntry:
    """What :class:`DepthErrorMetric` remembers of one image.

    Args:
        batch: Rank and number of the batch that the image came in.
        sums: Sums of the image's errors.
    """

    batch: tuple[int, int]
    sums: DepthErrorSums


@METRICS.register_module()
class DepthErrorMetric(BaseMetric):
    """Absolute, relative and squared depth error, and the accuracies under a threshold.

    Reports ``abs_err``, ``rel_err``, ``rmse``, ``d1``, ``d2`` and ``d3`` (see
    :func:`mmmtl.evaluation.functional.finalise_depth_errors`) over the pixels with a label, in the
    unit of the labels. An image without a valid pixel is left out; in a set without one every
    metric is NaN, with a warning in the log.

    Each image leaves one entry of a few numbers, whatever its size, and with several processes the
    entries that the sampler added to even out the ranks are dropped again: the result is that of
    one process.

    Args:
        average: ``'dataset'`` averages over all valid pixels of the set. ``'batch'`` averages over
            the valid pixels of each batch, then over the batches, as the script of the MTAN authors
            does; the result depends on the batch size. Defaults to ``'dataset'``.
        task: Name of the task, one that predicts scalars. Defaults to ``'depth'``.
        value_range: Smallest and largest label that counts, both included. Defaults to None: every
            positive label.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file (H, W)
            with the name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown, the task predicts no scalars, the range is empty or
            ``format_only`` lacks an ``output_dir``.
    """

    default_prefix = 'depth'

    def __init__(
        self,
        average: str = 'dataset',
        task: str = 'depth',
        value_range: Sequence[float] | None = None,
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix or task)
        if average not in _AVERAGES:
            raise ValueError(f'average: expected one of {_AVERAGES}, found {average!r}.')
        self.task = get_task(task)
        if self.task.quantity is not Quantity.SCALAR:
            raise ValueError(
                f'task: expected a task that predicts scalars, found {task!r}, which predicts '
                f'{self.task.quantity.value}.'
            )
        if format_only and output_dir is None:
            raise ValueError('format_only=True needs an output_dir to write the predictions to.')
        self.average = average
        self.value_range = None if value_range is None else _check_range(value_range)
        self.output_dir = None if output_dir is None else Path(output_dir)
        self.format_only = format_only
        self._num_batches = 0
        self._written: dict[Path, str] = {}

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Adds one entry per image to the results.

        Args:
            data_batch: Not read.
            data_samples: Samples with ``img_path`` and, as ``{'data': (1, H, W)}``, the prediction
                and the label.

        Raises:
            ValueError: If the prediction or label of an image is missing, of another shape or not
                finite, or two images would be written to one file.
        """
        batch = (get_rank(), self._num_batches)
        self._num_batches += 1
        for data_sample in data_samples:
            prediction = self._get(data_sample, self.task.pred_field)
            if self.output_dir is not None:
                self._write(prediction, _name(data_sample), self.output_dir)
            sums = DepthErrorSums()
            if not self.format_only:
                label = self._get(data_sample, self.task.gt_field).to(prediction.device)
                try:
                    sums = depth_error_sums(prediction, label, self.value_range)
                except ValueError as error:
                    raise ValueError(f'{_name(data_sample)}: {self.task.name}: {error}') from error
            self.results.append(DepthErrorEntry(batch, sums))

    def compute_metrics(self, results: list[DepthErrorEntry]) -> dict[str, float]:
        """Averages the entries of all images.

        Args:
            results: The entries of all ranks.

        Returns:
            The metrics without their prefix; none with ``format_only``.
        """
        if self.format_only:
            print_log(f'Predictions are saved to {self.output_dir}', logger='current')
            return {}
        groups: dict[tuple[int, int] | None, list[DepthErrorSums]] = {}
        for entry in results:
            batch = entry.batch if self.average == 'batch' else None
            groups.setdefault(batch, []).append(entry.sums)
        merged = [merge_depth_errors(sums) for sums in groups.values()]
        errors = [finalise_depth_errors(sums) for sums in merged if sums.num_valid > 0]
        metrics = {
            key: math.fsum(error[key] for error in errors) / len(errors) if errors else math.nan
            for key in DEPTH_METRICS
        }
        if not errors:
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
        return metrics

    def evaluate(self, size: int) -> dict[str, float]:
        """Collects the entries of all ranks, computes the metrics and forgets the entries.

        Args:
            size: Number of images of the set.

        Returns:
            The metrics with their prefix.
        """
        metrics = super().evaluate(size)
        self._num_batches = 0
        self._written.clear()
        return metrics

    def _get(self, data_sample: dict, field: str) -> Tensor:
        if field not in data_sample:
            raise ValueError(
                f'{_name(data_sample)}: {type(self).__name__} expected the field {field!r}, found '
                f'{", ".join(data_sample) or "none"}.'
            )
        return data_sample[field]['data']

    def _write(self, prediction: Tensor, image: str, folder: Path) -> None:
        path = folder / f'{Path(image).stem}.npy'
        if self._written.setdefault(path, image) != image:
            raise ValueError(
                f'output_dir: {image} and {self._written[path]} would both be written to {path}; '
                'expected images with different names.'
            )
        with atomic_file(path) as stream:
            np.save(stream, prediction.squeeze(0).float().cpu().numpy())


def _name(data_sample: dict) -> str:
    return str(data_sample.get('img_path', 'a sample without img_path'))


def _check_range(value_range: Sequence[float]) -> tuple[float, float]:
    if len(value_range) != 2 or not 0 <= value_range[0] < value_range[1]:
        raise ValueError(
            'value_range: expected the smallest and the largest label that counts, '
            f'0 <= smallest < largest, found {tuple(value_range)}.'
        )
    return float(value_range[0]), float(value_range[1])
