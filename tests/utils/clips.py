"""Small videos."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

SIZE = (64, 96)


def write_clip(path: Path, count: int = 6, rate: float = 12.5, codec: str = 'MJPG') -> Path:
    """Writes a clip whose images get brighter."""
    height, width = SIZE
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), rate, (width, height))
    for number in range(count):
        image = np.full((height, width, 3), 30 + 30 * (number % 8), np.uint8)
        image[:, : width // 2] = np.arange(width // 2)[:, None]
        writer.write(image)
    writer.release()
    return path


def read_clip(path: Path) -> tuple[float, list[np.ndarray]]:
    """Gives images per second and the images, blue, green, red."""
    capture = cv2.VideoCapture(str(path))
    images = []
    while (found := capture.read())[0]:
        images.append(found[1])
    return capture.get(cv2.CAP_PROP_FPS), images
