"""How different colours look, also to people who are colour-blind."""

from __future__ import annotations

import cv2
import numpy as np

_VISIONS = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [  # protanopia
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [  # deuteranopia
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [  # tritanopia
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ]
)


def seen_colors(colors: np.ndarray) -> np.ndarray:
    """Gives colours as they look to the four kinds of vision.

    Those without one kind of cone are the matrices of Machado, Oliveira and Fernandes,
    `A Physiologically-based Model for Simulation of Color Vision Deficiency
    <https://doi.org/10.1109/TVCG.2009.113>`_ (2009), at a severity of 1, on linear RGB.

    Args:
        colors: RGB from 0 to 255, shape (N, 3).

    Returns:
        CIELAB, float32 of shape (4, N, 3): usual vision, protanopia, deuteranopia, tritanopia.
    """
    shares = np.asarray(colors, np.float64).reshape(-1, 3) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    seen = np.einsum('vij,nj->vni', _VISIONS, linear).clip(0, 1)
    lab: np.ndarray = cv2.cvtColor(seen.astype(np.float32), cv2.COLOR_LRGB2Lab)
    return lab


def color_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Gives how far colours are from each other, for whoever tells them apart worst.

    Args:
        first: RGB from 0 to 255, shape (N, 3).
        second: RGB from 0 to 255, shape (M, 3).

    Returns:
        The least Euclidean distance in CIELAB over :func:`seen_colors`, shape (N, M). About 2 is
        just to be seen where the colours touch; in a picture 10 is little.
    """
    one, other = seen_colors(first), seen_colors(second)
    distances: np.ndarray = np.linalg.norm(one[:, :, None] - other[:, None], axis=-1).min(axis=0)
    return distances
