"""Which classes are taken for which, from saved predictions."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from mmmtl.evaluation.class_scores import check_pair
from mmmtl.tasks import IGNORED


def confusion_matrix(pairs: Iterable[tuple[Tensor, Tensor]], num_classes: int) -> Tensor:
    """Counts the pixels of each labelled class by what they are predicted to be.

    Args:
        pairs: Predicted and labelled ids of each image, both of shape (H, W); labels of 255 are
            left out.
        num_classes: Number of classes C.

    Returns:
        Numbers of pixels, int64 of shape (C, C). There is a row for each labelled
        class, a column for each predicted one.

    Raises:
        ValueError: If there is no labelled pixel, or a prediction has another shape than its label
            or an id that is not a class.

    >>> prediction, label = torch.tensor([[0, 1, 1]]), torch.tensor([[0, 0, 255]])
    >>> confusion_matrix([(prediction, label)], 2).tolist()
    [[1, 1], [0, 0]]
    """
    counts = torch.zeros(num_classes * num_classes, dtype=torch.int64)
    for prediction, label in pairs:
        check_pair(prediction, label, num_classes)
        known = label != IGNORED
        places = label[known].long() * num_classes + prediction[known].long()
        counts += torch.bincount(places, minlength=len(counts))
    if counts.sum() == 0:
        raise ValueError('Expected images with labelled pixels, found none.')
    return counts.view(num_classes, num_classes)
