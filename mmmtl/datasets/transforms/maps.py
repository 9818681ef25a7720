"""What transforms of this package share: the label maps of a sample and how they are resized."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from mmmtl.tasks import Task, all_tasks


def label_maps(results: dict) -> Iterator[Task]:
    """Finds the tasks whose label maps a sample holds.

    Args:
        results: The sample.

    Yields:
        Each such task; its map is ``results[task.map_key]``.
    """
    for task in all_tasks():
        if results.get(task.map_key) is not None:
            yield task


def resize_image(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resizes a colour image, by pixel areas when it gets smaller (no aliasing), else bilinearly.

    Args:
        image: Array of shape (H, W, 3).
        size: The new (height, width).

    Returns:
        Array of shape (height, width, 3).
    """
    height, width = size
    smaller = height * width < image.shape[0] * image.shape[1]
    interpolation = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=interpolation)


def resize_map(label: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resizes a label map by its nearest pixels, so that no label mixes with another or with none.

    The nearest pixel is the one below the centre of the new pixel.

    Args:
        label: Array of shape (H, W) or (H, W, C).
        size: The new (height, width).

    Returns:
        Array of the new size and the same type.
    """
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(np.intp)
        for new, old in zip(size, label.shape[:2], strict=True)
    )
    return label[rows[:, None], columns[None, :]]
