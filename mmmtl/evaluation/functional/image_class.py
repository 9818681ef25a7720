"""How often the class of an image is right, from a few counts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from mmmtl.evaluation.functional.finite import check_finite

IMAGE_CLASS_METRICS = ('accuracy', 'mean_accuracy')
"""Keys of :func:`finalise_image_class_scores`, before those of the first few."""


@dataclass
class ImageClassSums:
    """What images add to the scores of a set.

    Args:
        ranks: Number of images in which so many classes are more probable than that of the label,
            by this number.
        images: Number of images of each class, by its id.
        right: Number of those in which no class is more probable.
    """

    ranks: Counter[int] = field(default_factory=Counter)
    images: Counter[int] = field(default_factory=Counter)
    right: Counter[int] = field(default_factory=Counter)

    def __iadd__(self, other: ImageClassSums) -> ImageClassSums:
        """Adds the counts of other images."""
        self.ranks.update(other.ranks)
        self.images.update(other.images)
        self.right.update(other.right)
        return self


def image_class_sums(prediction: Tensor, label: Tensor, valid: Tensor) -> ImageClassSums:
    """Counts one image.

    Of classes that are equally probable, the one of the smallest id comes first.

    Args:
        prediction: Probabilities of the classes, shape (C, 1, 1).
        label: The same of the label, whose class is the most probable one.
        valid: Whether the image has a label, boolean of any shape with one value.

    Returns:
        The counts; none without a label.

    Raises:
        ValueError: If the shapes differ, or a probability is NaN or infinite.
    """
    if prediction.shape != label.shape or label.shape[1:] != (1, 1):
        raise ValueError(
            'Expected a prediction and a label of one shape (C, 1, 1), found '
            f'{tuple(prediction.shape)} and {tuple(label.shape)}.'
        )
    check_finite(prediction, 'prediction', 'every class needs a probability')
    if not valid.all():
        return ImageClassSums()
    found, true_id = prediction.flatten(), int(label.argmax())
    more = int((found > found[true_id]).sum() + (found[:true_id] == found[true_id]).sum())
    return ImageClassSums(
        Counter([more]), Counter([true_id]), Counter([true_id] if more == 0 else [])
    )


def finalise_image_class_scores(
    sums: ImageClassSums, top_k: Sequence[int] = ()
) -> dict[str, float]:
    """Turns counts into scores.

    Args:
        sums: Counts over the images of a batch or a set.
        top_k: Also how often the class is among the first so many. Defaults to none.

    Returns:
        In percent, ``accuracy`` over all images, ``mean_accuracy``, the mean of those of the
        classes that have images, and ``top5`` for 5, and so on. All NaN without an image.
    """
    names = (*IMAGE_CLASS_METRICS, *(f'top{k}' for k in top_k))
    count = sums.ranks.total()
    if count == 0:
        return dict.fromkeys(names, math.nan)
    within = [sum(n for rank, n in sums.ranks.items() if rank < k) / count for k in (1, *top_k)]
    of_classes = [sums.right[index] / n for index, n in sums.images.items()]
    mean = math.fsum(of_classes) / len(of_classes)
    scores = (within[0], mean, *within[1:])
    return {name: 100 * score for name, score in zip(names, scores, strict=True)}
