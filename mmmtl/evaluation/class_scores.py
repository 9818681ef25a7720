"""IoU of each class from saved predictions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from mmseg.evaluation import IoUMetric
from torch import Tensor

from mmmtl.datasets.io import read_map
from mmmtl.tasks import IGNORED


@dataclass(frozen=True)
class ClassScores:
    """What predictions are worth for each class, over the whole set.

    Args:
        iou: Intersection over union in percent, shape (C,); NaN for a class that is in neither
            labels nor predictions.
        share: Share of the labelled pixels in percent, shape (C,).
    """

    iou: np.ndarray
    share: np.ndarray


def score_classes(pairs: Iterable[tuple[Tensor, Tensor]], num_classes: int) -> ClassScores:
    """Computes the scores of predictions, counted as mmseg's ``IoUMetric`` counts.

    Args:
        pairs: Predicted and labelled ids of each image, both of shape (H, W).
        num_classes: Number of classes C.

    Returns:
        The scores.

    Raises:
        ValueError: If there is no image or no labelled pixel, or a prediction has another shape
            than its label or an id that is not a class.
    """
    intersection, union, labelled = np.zeros((3, num_classes))
    for prediction, label in pairs:
        check_pair(prediction, label, num_classes)
        areas = IoUMetric.intersect_and_union(prediction, label, num_classes, IGNORED)
        intersection += areas[0].numpy()
        union += areas[1].numpy()
        labelled += areas[3].numpy()
    if labelled.sum() == 0:
        raise ValueError('Expected images with labelled pixels, found none.')
    iou = np.full(num_classes, np.nan)
    np.divide(100 * intersection, union, out=iou, where=union > 0)
    return ClassScores(iou, 100 * labelled / labelled.sum())


def check_pair(prediction: Tensor, label: Tensor, num_classes: int) -> None:
    """Checks that a prediction can be compared with its label.

    Args:
        prediction: Predicted ids.
        label: Labelled ids.
        num_classes: Number of classes.

    Raises:
        ValueError: If the shapes differ, or an id is no class; labels may be 255.
    """
    if prediction.shape != label.shape:
        raise ValueError(
            f'Expected a prediction of the shape of its label, {tuple(label.shape)}, '
            f'found {tuple(prediction.shape)}.'
        )
    if prediction.min() < 0 or prediction.max() >= num_classes:
        raise ValueError(
            f'Expected predicted ids from 0 to {num_classes - 1}, '
            f'found {int(prediction.min())} to {int(prediction.max())}.'
        )
    wrong = label[(label < 0) | ((label >= num_classes) & (label != IGNORED))]
    if len(wrong):
        raise ValueError(
            f'Expected labelled ids from 0 to {num_classes - 1}, or {IGNORED}, '
            f'found {int(wrong[0])}.'
        )


def read_prediction(folder: Path, img_path: str) -> Tensor:
    """Reads the ids that ``tools/test.py --out`` saved for an image.

    Args:
        folder: The folder of the segmentation's evaluator.
        img_path: Path of the image, whose name the file has.

    Returns:
        Ids, int64 of shape (H, W).

    Raises:
        FileNotFoundError: If there is none for the image.
        ValueError: If the file is no map of ids.
    """
    path = folder / f'{Path(img_path).stem}.png'
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no prediction for {img_path}; expected a folder that mmmtl test --out '
            'wrote for the segmentation.'
        )
    ids = read_map(str(path))
    if ids.ndim != 2:
        raise ValueError(f'{path}: expected a map of ids, found the shape {ids.shape}.')
    return torch.from_numpy(ids.astype(np.int64))
