"""Pictures of the embedded decathlon, and how well something simple tells their classes apart."""

from __future__ import annotations

import cv2
import numpy as np

from mmmtl_scenes.decathlon.domains import Pictures
from mmmtl_scenes.engine.scene_rng import SceneRNG


def draw_one(pictures: Pictures, index: int, number: int = 0) -> np.ndarray:
    """Draws the picture of a number of a class."""
    seed = (7, index, number)
    rng = SceneRNG(seed)
    size = pictures.size(rng)
    return pictures.draw(index, size, rng, np.random.default_rng((*seed, 1)))


def check_pictures(pictures: Pictures) -> None:
    """Checks what pictures of any kind have in common."""
    assert len(set(pictures.CLASSES)) == len(pictures.CLASSES) > 1
    for index in (0, len(pictures.CLASSES) - 1):
        first, again, other = (draw_one(pictures, index, number) for number in (0, 0, 1))
        np.testing.assert_array_equal(first, again)
        assert first.dtype == np.float32
        assert first.ndim == 3
        assert min(first.shape[:2]) == 72
        assert first.shape[2] == 3
        assert 0 <= first.min() < first.max() <= 1
        assert first.shape != other.shape or np.abs(first - other).max() > 0.1


def accuracy(pictures: Pictures, classes: tuple[int, ...], train: int = 12, test: int = 6) -> float:
    """Trains a linear classifier of edge directions on pictures; gives its share on others."""
    drawn = {
        number: np.stack([_edges(draw_one(pictures, index, number)) for index in classes])
        for number in range(train + test)
    }
    known = np.concatenate([drawn[number] for number in range(train)])
    new = np.concatenate([drawn[number] for number in range(train, train + test)])
    mean = known.mean(axis=0)
    known, new = known - mean, new - mean
    targets = np.tile(np.eye(len(classes)), (train, 1))
    kernel = known @ known.T
    weights = np.linalg.solve(kernel + 0.01 * np.trace(kernel) * np.eye(len(known)), targets)
    found = (new @ known.T @ weights).argmax(axis=1)
    return float((found == np.tile(np.arange(len(classes)), test)).mean())


def _edges(picture: np.ndarray, cell: int = 9, bins: int = 8) -> np.ndarray:
    """Histograms of edge directions and mean colours in cells of the middle 72x72 pixels."""
    top, left = ((side - 72) // 2 for side in picture.shape[:2])
    square = picture[top : top + 72, left : left + 72]
    grey = cv2.GaussianBlur(square.mean(axis=2), (0, 0), 1)
    down, right = np.gradient(grey)
    place = ((np.arctan2(down, right) / np.pi % 1) * bins).astype(int) % bins
    strength = np.hypot(down, right)
    planes = [strength * (place == number) for number in range(bins)]
    planes += [0.05 * square[..., channel] for channel in range(3)]
    cells = np.stack(planes).reshape(len(planes), 72 // cell, cell, 72 // cell, cell)
    return np.sqrt(cells.mean(axis=(2, 4))).ravel()
