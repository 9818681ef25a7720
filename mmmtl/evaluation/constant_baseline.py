"""The baseline that ignores the image: for each task the one value that fits the labels best."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from typing import Any, Protocol

import numpy as np
import torch
from mmengine.dist import get_dist_info
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.compat.scope import registry_scope
from mmmtl.evaluation.metric_names import metric_task
from mmmtl.evaluation.metric_prefix import check_prefix
from mmmtl.models.segmentors.missing_labels import fill_missing_labels
from mmmtl.tasks import (
    BinaryTask,
    ClassTask,
    DirectionTask,
    ImageClassTask,
    ScalarTask,
    Task,
    VectorTask,
    known_tasks,
    tasks_in,
)

_KEPT_BITS = 22
"""Bits of a float32 that tell values apart in the median: sign, exponent and 13 of the mantissa."""


class BestConstant(Protocol):
    """Sees the valid pixels of label after label and then gives the best constant prediction."""

    def add(self, values: Tensor) -> None:
        """Takes the valid pixels of one label, shape (C, P)."""

    def best(self) -> Tensor:
        """Gives the constant, shape (C, 1, 1)."""


class MostFrequentClass:
    """Best constant for classes: the most frequent id, the smallest one of several."""

    def __init__(self) -> None:
        self._counts = torch.zeros(0, dtype=torch.int64)

    def add(self, values: Tensor) -> None:
        """Counts ids.

        Args:
            values: Ids of valid pixels, shape (1, P).
        """
        counts = torch.bincount(values[0].long(), minlength=len(self._counts))
        counts[: len(self._counts)] += self._counts
        self._counts = counts

    def best(self) -> Tensor:
        """Gives the id.

        Returns:
            An int64 tensor of shape (1, 1, 1).
        """
        return self._counts.argmax().view(1, 1, 1)


class StreamingMedian:
    r"""Best constant for scalars, for the absolute error: the median, to 1 part in :math:`2^{13}`.

    Values are counted in bins that are even in the logarithm: all float32 that agree in sign,
    exponent and the first 13 bits of the mantissa. No range needs to be known, and the size does
    not grow with the number of pixels. For an even number of values it is the lower middle one.
    """

    def __init__(self) -> None:
        self._counts = torch.zeros(2**_KEPT_BITS, dtype=torch.int64)

    def add(self, values: Tensor) -> None:
        """Counts values.

        Args:
            values: Real numbers of valid pixels, shape (1, P).
        """
        bits = values[0].float().cpu().numpy().view(np.uint32)
        # as unsigned integers these are in the order of the values
        ordered = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
        bins, counts = np.unique(ordered >> (32 - _KEPT_BITS), return_counts=True)
        self._counts[torch.from_numpy(bins.astype(np.int64))] += torch.from_numpy(counts)

    def best(self) -> Tensor:
        """Gives the median.

        Returns:
            A float32 tensor of shape (1, 1, 1).
        """
        up_to_bin = self._counts.cumsum(0)
        middle = (up_to_bin[-1] + 1) // 2
        index = int(torch.searchsorted(up_to_bin, middle))
        center = (index << (32 - _KEPT_BITS)) + (1 << (31 - _KEPT_BITS))
        bits = center & 0x7FFFFFFF if center >> 31 else ~center & 0xFFFFFFFF
        return torch.from_numpy(np.array([[[bits]]], dtype=np.uint32).view(np.float32))


class MeanValue:
    """Best constant for the squared error and the cross-entropy: the mean.

    Args:
        channels: Numbers per pixel C.
    """

    def __init__(self, channels: int) -> None:
        self._sum = torch.zeros(channels, dtype=torch.float64)
        self._count = 0

    def add(self, values: Tensor) -> None:
        """Adds numbers.

        Args:
            values: Numbers of valid pixels, shape (C, P).
        """
        self._sum += values.double().sum(dim=1).cpu()
        self._count += values.shape[1]

    def best(self) -> Tensor:
        """Gives the mean.

        Returns:
            A float32 tensor of shape (C, 1, 1).
        """
        return (self._sum / self._count).float().view(-1, 1, 1)


class MeanDirection:
    """Best constant for directions, for the dot product: the mean, brought to length 1."""

    def __init__(self) -> None:
        self._sum = torch.zeros(3, dtype=torch.float64)

    def add(self, values: Tensor) -> None:
        """Adds unit vectors.

        Args:
            values: Directions of valid pixels, shape (3, P).
        """
        self._sum += torch.nn.functional.normalize(values.double(), dim=0).sum(dim=1).cpu()

    def best(self) -> Tensor:
        """Gives the direction.

        Returns:
            A float32 unit vector of shape (3, 1, 1); towards the camera if all directions cancel.
        """
        length = self._sum.norm()
        towards_camera = self._sum.new_tensor([0.0, 0.0, -1.0])
        direction = self._sum / length if length > 0 else towards_camera
        return direction.float().view(3, 1, 1)


@singledispatch
def best_constant(task: Task) -> BestConstant:
    """Gives what finds the best constant prediction of a task, empty.

    Kinds of tasks are registered with ``best_constant.register``.

    Args:
        task: The task.

    Returns:
        The finder.

    Raises:
        TypeError: If none is registered for the kind.
    """
    raise TypeError(f'best_constant: expected a kind that is registered, found {task!r}.')


best_constant.register(ClassTask, lambda task: MostFrequentClass())
best_constant.register(ScalarTask, lambda task: StreamingMedian())
best_constant.register(DirectionTask, lambda task: MeanDirection())
for kind in (BinaryTask, VectorTask, ImageClassTask):
    best_constant.register(kind, lambda task: MeanValue(task.channels))


def fit_constant_baseline(
    labels: Iterable[SegDataSample], tasks: Iterable[Task] | None = None
) -> dict[str, Tensor]:
    """Finds the best constant prediction of each task.

    Args:
        labels: Data samples with labels, those of the training set.
        tasks: The tasks. Defaults to those that are known by their names.

    Returns:
        By name of the task the most frequent class (int64), the median of scalars, the mean
        direction, or the mean of masks, vectors and the classes of images (float32), shape
        (C, 1, 1). Tasks without a valid label pixel are left out.
    """
    constants: dict[str, BestConstant] = {}
    tasks = known_tasks() if tasks is None else tuple(tasks)
    for sample in labels:
        for task in tasks:
            if task.gt_field not in sample:
                continue
            label = torch.as_tensor(sample.get(task.gt_field).data)
            values = label[:, task.valid_mask(label)[0]]
            if values.numel():
                if task.name not in constants:
                    constants[task.name] = best_constant(task)
                constants[task.name].add(values)
    return {name: constant.best() for name, constant in constants.items()}


def evaluate_constant_baseline(
    train_dataset: Sequence[Mapping[str, Any]],
    val_dataset: Sequence[Mapping[str, Any]],
    metrics_cfg: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    max_images: int | None = None,
    batch_size: int = 1,
) -> dict[str, float]:
    """Evaluates the constants of the training set on the validation set, with the run's metrics.

    Args:
        train_dataset: Data set whose items have ``data_samples`` with labels.
        val_dataset: The same for the validation; its ``metainfo`` goes to the metrics.
        metrics_cfg: The config's ``val_evaluator``: one metric or several. Files that a metric
            would write are not written.
        max_images: Training images to read, evenly spread over the set. Defaults to None: all.
        batch_size: Images in a batch, for metrics that average over batches. Defaults to 1.

    Returns:
        The metrics, named as in the run.

    Raises:
        ValueError: If a data set is empty, ``max_images`` or ``batch_size`` is not positive, or a
            metric has the name of another task for its prefix.
    """
    for name, number in [
        ('train_dataset', len(train_dataset)),
        ('val_dataset', len(val_dataset)),
        ('max_images', max_images),
        ('batch_size', batch_size),
    ]:
        if number is not None and number < 1:
            raise ValueError(f'{name}: expected a size of at least 1, found {number}.')
    num_fitted = min(max_images or len(train_dataset), len(train_dataset))
    fitted = np.linspace(0, len(train_dataset) - 1, num_fitted).round().astype(int).tolist()
    tasks = tasks_in(getattr(train_dataset, 'metainfo', None))
    samples = (train_dataset[index]['data_samples'] for index in fitted)
    constants = fit_constant_baseline(samples, tasks.values())

    with registry_scope():
        evaluator = Evaluator([METRICS.build(cfg) for cfg in _without_files(metrics_cfg)])
    for metric in evaluator.metrics:
        task = metric_task(metric)
        if task is not None:
            check_prefix(metric, task, tasks)
    evaluator.dataset_meta = getattr(val_dataset, 'metainfo', None)
    rank, world_size = get_dist_info()
    share = range(rank, len(val_dataset), world_size)
    for start in range(0, len(share), batch_size):
        batch = [
            _predict(val_dataset[index]['data_samples'], tasks, constants)
            for index in share[start : start + batch_size]
        ]
        evaluator.process(batch)
    return {key: float(value) for key, value in evaluator.evaluate(len(val_dataset)).items()}


def _predict(
    sample: SegDataSample, tasks: Mapping[str, Task], constants: Mapping[str, Tensor]
) -> SegDataSample:
    """Adds the constants, of the size of the labels, to a copy of a sample."""
    sample = sample.clone()
    labelled = [task for task in tasks.values() if task.gt_field in sample]
    if not labelled or not constants:
        return sample
    sizes = [sample.get(task.gt_field).data.shape[-2:] for task in labelled if task.is_dense]
    predicted = {name: tasks[name] for name in constants}
    for name, task in predicted.items():
        data = constants[name].expand(-1, *task.map_size(sizes[0] if sizes else (1, 1)))
        sample.set_data({task.pred_field: PixelData(data=data)})
    fill_missing_labels(predicted, sample)
    return sample


def _without_files(
    metrics_cfg: Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    configs = [metrics_cfg] if isinstance(metrics_cfg, Mapping) else metrics_cfg
    return [
        {key: copy.deepcopy(value) for key, value in cfg.items() if key != 'output_dir'}
        for cfg in configs
    ]
