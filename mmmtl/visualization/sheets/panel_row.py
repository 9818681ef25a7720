"""One row of a picture sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from mmengine.structures import BaseDataElement
from torch import Tensor

from mmmtl.tasks import Task, known_tasks


@dataclass(frozen=True)
class PanelRow:
    """One row of a sheet.

    Args:
        image: RGB, uint8 of shape (H, W, 3). It is stretched if the maps have another shape.
        labels: Label (C, H, W) by name of the task. Defaults to none.
        predictions: Prediction (C, H, W) by name of the task. Defaults to none.
        title: Text at the left of the row. Defaults to none.
    """

    image: np.ndarray
    labels: Mapping[str, Tensor] = field(default_factory=dict)
    predictions: Mapping[str, Tensor] = field(default_factory=dict)
    title: str = ''

    @classmethod
    def from_data_sample(
        cls,
        image: np.ndarray,
        data_sample: BaseDataElement | None,
        draw_gt: bool = True,
        draw_pred: bool = True,
        title: str = '',
        tasks: Iterable[Task] | None = None,
    ) -> PanelRow:
        """Makes a row of all tasks that a data sample has a map of.

        Args:
            image: RGB, uint8 of shape (H, W, 3).
            data_sample: A ``SegDataSample`` with labels, predictions or both, or None.
            draw_gt: Whether to draw the labels. Defaults to True.
            draw_pred: Whether to draw the predictions. Defaults to True.
            title: Text at the left of the row. Defaults to none.
            tasks: The tasks. Defaults to those that are known by their names.

        Returns:
            The row.
        """
        labels: dict[str, Tensor] = {}
        predictions: dict[str, Tensor] = {}
        if data_sample is None:
            return cls(image, labels, predictions, title)
        for task in known_tasks() if tasks is None else tasks:
            if draw_gt and task.gt_field in data_sample:
                labels[task.name] = _map(data_sample, task.gt_field)
            if draw_pred and task.pred_field in data_sample:
                predictions[task.name] = _map(data_sample, task.pred_field)
        return cls(image, labels, predictions, title)


def _map(data_sample: BaseDataElement, name: str) -> Tensor:
    values = torch.as_tensor(data_sample.get(name).data).detach().cpu()
    return values if values.ndim == 3 else values[None]
