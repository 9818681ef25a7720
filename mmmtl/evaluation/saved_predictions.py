"""Predictions of classes that ``mmmtl test --out`` saved, beside the labels of the test set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.dataset import BaseDataset
from rich.progress import track
from torch import Tensor

from mmmtl.evaluation.class_scores import read_prediction
from mmmtl.tasks import Task, tasks_in


def find_class_task(metainfo: Mapping[str, Any], name: str | None) -> tuple[Task, list[str]]:
    """Finds the task of classes that is looked at.

    Args:
        metainfo: Meta information of the test set.
        name: Name of the task; None for the only one of classes.

    Returns:
        The task and the names of its classes.

    Raises:
        ValueError: If there is no such task, or several and no name.
    """
    found = {}
    for task in tasks_in(metainfo).values():
        classes = task.describe().get('classes')
        if classes:
            found[task.name] = (task, classes)
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        raise ValueError(
            f'--task: expected one of the tasks of classes of the test set, {list(found)}, '
            f'found {name!r}.'
        )
    return found[name]


def prediction_pairs(
    dataset: BaseDataset, task: Task, folder: Path, name: str
) -> Iterator[tuple[Tensor, Tensor]]:
    """Gives a model's predictions with their labels, below a progress bar.

    Args:
        dataset: The test set.
        task: The task.
        folder: The model's predictions.
        name: Name of the model.

    Yields:
        Predicted and labelled ids of each image, both of shape (H, W).

    Raises:
        FileNotFoundError: If there is no prediction for an image.
        ValueError: If a file is no map of ids.
    """
    for index in track(range(len(dataset)), name, transient=True):
        sample = dataset[index]['data_samples']
        yield read_prediction(folder, sample.img_path), sample.get(task.gt_field).data[0]
