"""One pass of a network over its validation set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from mmseg.structures import SegDataSample
from rich.progress import track
from torch import Tensor
from torch.utils.data import DataLoader

from mmmtl.engine.loops import JoinedLoaders
from mmmtl.evaluation.class_scores import ClassScores, score_classes
from mmmtl.tasks import SEG, Task
from mmmtl.visualization.sheets.panel_row import PanelRow


@dataclass(frozen=True)
class ValidationPass:
    """What a pass over a validation set gives.

    Args:
        scores: IoU and share of each class; None if the network predicts none.
        rows: Some images of each data set with labels and predictions.
        input_size: Height and width of the first image as the network sees it.
    """

    scores: ClassScores | None
    rows: tuple[PanelRow, ...]
    input_size: tuple[int, int]


def run_validation_pass(
    model: Any,
    loader: DataLoader | JoinedLoaders,
    num_classes: int | None,
    num_rows: int = 3,
) -> ValidationPass:
    """Predicts a validation set once and keeps what a report needs.

    Args:
        model: The segmentor, whose ``val_step`` is called; it is set to evaluation.
        loader: The validation set in its order, so that kept images are the same for every network;
            or several.
        num_classes: Number of classes to score; None to score none.
        num_rows: Images to keep, evenly spread over each set. Defaults to 3.

    Returns:
        What the pass gave.

    Raises:
        ValueError: If the set is empty, or the predictions do not fit the labels.
    """
    size = len(loader.dataset)  # type: ignore[arg-type]
    if size < 1:
        raise ValueError('loader: expected a validation set with images, found none.')
    model.eval()
    kept = set(_kept(loader, num_rows))
    rows: list[PanelRow] = []
    sizes: list[tuple[int, int]] = []

    def pairs() -> Iterator[tuple[Tensor, Tensor]]:
        for index, (image, sample) in enumerate(_predictions(model, loader)):
            if not sizes:
                sizes.append((int(image.shape[-2]), int(image.shape[-1])))
            if index in kept:
                rows.append(_to_row(image, sample, model.tasks.values()))
            if num_classes is not None:
                yield _ids(sample, SEG.pred_field), _ids(sample, SEG.gt_field)

    if num_classes is None:
        for _ in pairs():
            pass
        scores = None
    else:
        scores = score_classes(pairs(), num_classes)
    return ValidationPass(scores, tuple(rows), sizes[0])


def _kept(loader: DataLoader | JoinedLoaders, count: int) -> Iterator[int]:
    loaders = loader.loaders.values() if isinstance(loader, JoinedLoaders) else [loader]
    first = 0
    for one in loaders:
        size = len(one.dataset)  # type: ignore[arg-type]
        places = np.linspace(first, first + size - 1, min(count, size))
        yield from places.round().astype(int).tolist()
        first += size


def _predictions(
    model: Any, loader: DataLoader | JoinedLoaders
) -> Iterator[tuple[Tensor, SegDataSample]]:
    with torch.no_grad():
        for batch in track(loader, 'Validating', transient=True):
            yield from zip(batch['inputs'], model.val_step(batch), strict=True)


def _ids(sample: SegDataSample, field: str) -> Tensor:
    return sample.get(field).data[0].cpu()


def _to_row(image: Tensor, sample: SegDataSample, tasks: Iterable[Task]) -> PanelRow:
    return PanelRow.from_data_sample(_to_rgb(image, sample), sample, tasks=tasks)


def _to_rgb(image: Tensor, sample: SegDataSample) -> np.ndarray:
    """Gives the picture of an image, of one too that mmcv's ``Normalize`` has changed."""
    pixels = image.cpu().numpy().transpose(1, 2, 0)
    norm = sample.metainfo.get('img_norm_cfg')
    if norm is not None:
        pixels = np.rint(pixels * norm['std'] + norm['mean']).clip(0, 255)
    is_rgb = norm is not None and norm['to_rgb']
    return np.ascontiguousarray(pixels if is_rgb else pixels[..., ::-1], np.uint8)
