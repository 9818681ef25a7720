"""A small set in the layout of BSDS500, and a detector for it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from scipy.io import savemat

THRESHOLDS = tuple(step / 10 for step in range(1, 10))


def save_annotators(path: Path, segmentations: list[np.ndarray]) -> None:
    """Writes what several people have drawn, a cell array of structs, as BSDS has them."""
    cells = np.empty((1, len(segmentations)), object)
    for index, ids in enumerate(segmentations):
        cells[0, index] = dict(Segmentation=ids.astype(np.uint16), Boundaries=outlines(ids))
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, dict(groundTruth=cells), do_compression=True)


def outlines(ids: np.ndarray) -> np.ndarray:
    """1 where the pixel below or to the right has another id."""
    found = np.zeros(ids.shape, np.uint8)
    found[:-1] |= ids[1:] != ids[:-1]
    found[:, :-1] |= ids[:, 1:] != ids[:, :-1]
    return found


def write_bsds(root: Path, annotators: tuple[int, ...] = (1, 1), seed: int = 0) -> list[str]:
    """Noisy pictures of areas, upright and lying, each drawn by so many people."""
    rng = np.random.default_rng(seed)
    names = []
    for number, count in enumerate(annotators):
        shape = (32, 21) if number % 2 else (21, 32)
        areas = np.kron(rng.integers(0, 9, (3, 4)), np.ones((12, 12), int))[: shape[0], : shape[1]]
        name = str(100007 + number)
        picture = np.clip(25 * areas + rng.normal(0, 8, shape), 0, 255).astype(np.uint8)
        path = root / f'images/test/{name}.jpg'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture)
        drawn = [areas if not one else np.roll(areas, one, axis=1) for one in range(count)]
        save_annotators(root / f'groundTruth/test/{name}.mat', drawn)
        names.append(name)
    return names


def canny(path: Path) -> np.ndarray:
    """The largest threshold at which Canny's detector finds an edge, 0 where it never does."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    soft = np.zeros(grey.shape)
    for threshold in THRESHOLDS:
        high = 600 * threshold
        soft[cv2.Canny(grey, high / 3, high, L2gradient=True) > 0] = threshold
    return soft
