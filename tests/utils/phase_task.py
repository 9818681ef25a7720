"""A kind of task that the package has not, with its metric and its registrations.

The kind is a phase: a number from 0 to 1 of which the two ends are one, as of a clock. Its label
has one channel, the network's output two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mmmtl.apis.prediction_files import write_prediction
from mmmtl.evaluation.constant_baseline import best_constant
from mmmtl.evaluation.metrics import AccumulatedMetric
from mmmtl.tasks import Task
from mmmtl.visualization.sheets.colors import color_scalars
from mmmtl.visualization.sheets.painters import ColorBar, Legend, make_painter


@dataclass(frozen=True, kw_only=True)
class PhaseTask(Task):
    """A phase, which runs backwards in a mirror."""

    offset: float = 0.0

    channels: ClassVar[int] = 1
    kind: ClassVar[str] = 'phase'
    is_classification: ClassVar[bool] = False
    keeps_output: ClassVar[bool] = True
    file_form: ClassVar[str | None] = 'depth'
    default_head: ClassVar[str] = 'VectorHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (dict(type='PhaseMetric'),)
    table_metrics: ClassVar[tuple[str, ...]] = ('mean',)

    @property
    def fill(self) -> float:
        return -1

    def valid_mask(self, label: Tensor) -> Tensor:
        return label != -1

    def default_reader(self) -> dict[str, Any]:
        return dict(type='ScalarReader', invalid=-1)

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        return torch.rand(1, *size)

    @property
    def head_arguments(self) -> dict[str, Any]:
        return {'out_channels': 2}

    def head_label(self, label: Tensor) -> dict[str, Tensor]:
        given = super().head_label(label)
        return given | {'gt_map': on_circle(given['gt_map'])}

    def decode(self, output: Tensor, threshold: float | None = None) -> Tensor:
        return torch.atan2(output[1:], output[:1]) / math.tau % 1

    def flip(self, output: Tensor, direction: str) -> Tensor:
        return super().flip(output, direction) * output.new_tensor([1, -1]).view(-1, 1, 1)

    def flip_map(self, label: np.ndarray, direction: str) -> np.ndarray:
        moved = super().flip_map(label, direction)
        return np.where(moved == -1, moved, -moved % 1).astype(moved.dtype)


def on_circle(phase: Tensor) -> Tensor:
    angle = math.tau * phase
    return torch.cat([angle.cos(), angle.sin()])


def distance(first, second):
    """How far two phases are apart, at most a half."""
    off = abs(first - second) % 1
    return np.minimum(off, 1 - off)


@dataclass
class PhaseSums:
    num_valid: int = 0
    total: float = 0.0

    def __iadd__(self, other: PhaseSums) -> PhaseSums:
        self.num_valid += other.num_valid
        self.total += other.total
        return self


class PhaseMetric(AccumulatedMetric):
    """Mean distance of two phases."""

    sums_type = PhaseSums
    higher_is_better: ClassVar[dict[str, bool]] = {'mean': False}

    def __init__(self, task: str, prefix: str | None = None) -> None:
        super().__init__(task, 'dataset', None, False, 'cpu', prefix)

    def image_sums(self, prediction: Tensor, label: Tensor) -> PhaseSums:
        valid = self.task.valid_mask(label)
        off = distance(prediction[valid].numpy(), label[valid].numpy())
        return PhaseSums(off.size, float(off.sum()))

    def finalise(self, sums: PhaseSums) -> dict[str, float]:
        return {'mean': sums.total / sums.num_valid if sums.num_valid else math.nan}


@make_painter.register(PhaseTask)
class PhasePainter:
    """A wheel of hues."""

    def __init__(self, task: PhaseTask, labels: Any, predictions: Any) -> None:
        self.key = ColorBar(f'{task.name} of a turn', (0.0, 1.0), 'hsv', Legend(()))

    def paint_label(self, label: Tensor) -> np.ndarray:
        return color_scalars(label[0].numpy(), (0.0, 1.0), colormap='hsv')

    def paint_prediction(self, prediction: Tensor) -> np.ndarray:
        return self.paint_label(prediction)


@best_constant.register(PhaseTask)
class MeanPhase:
    """The phase of the mean on the circle."""

    def __init__(self, task: PhaseTask) -> None:
        self.task = task
        self.total = torch.zeros(2, 1, 1)

    def add(self, values: Tensor) -> None:
        self.total += on_circle(values).sum(dim=1).view(2, 1, 1)

    def best(self) -> Tensor:
        return self.task.decode(self.total)


@write_prediction.register(PhaseTask)
def write_phase(task: PhaseTask, path: Path, values: np.ndarray) -> None:
    """256 steps of a turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((values * 256).astype(np.uint8)).save(path)
