"""Disparities as CityScapes stores them, and the pixels where a stereo camera finds none.

Disparities are stated in pixels of the reference camera (CityScapes' own: 2048 pixels wide, focal
length 2262.52 pixels, baseline 0.209313 m) **whatever the size of the image**, as in the reduced
copies of CityScapes that are in use: ``disparity = 0.209313 * 2262.52 / depth``. In the 16-bit
file ``p = round(256 * disparity) + 1``, and ``p = 0`` where the disparity is invalid. ``p = 1``
says that there is no shift at all: infinitely far.

Of 14 original frames of CityScapes, 84 % of the pixels are valid and 3.0 % of these have ``p = 1``;
no ``p`` lies between 2 and 255.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from mmmtl_scenes.engine.camera import REFERENCE_CAMERA, REFERENCE_WIDTH

MAX_CODE: int = 32257
"""Largest value in a 16-bit disparity file: 126 pixels, or 3.76 m."""

MAX_DISPARITY: float = (MAX_CODE - 1) / 256
"""Largest disparity in pixels of the reference camera; what is nearer is invalid."""

INFINITE_CODE: int = 1
"""Value in a 16-bit disparity file of what is infinitely far."""

FARTHEST: float = 150.0
"""Largest depth in metres of which a stereo camera finds a shift; what is farther is infinitely
far."""

SKY_SHARE: float = 0.11
"""Share of the sky in which a stereo camera finds that there is no shift; in the rest it finds
nothing. With it and what is farther than :data:`FARTHEST`, 3 % of the valid pixels of the embedded
streets are infinitely far, as of those of CityScapes."""


def disparity_from_depth(depth: np.ndarray) -> np.ndarray:
    """Converts depth to disparity.

    Args:
        depth: z-depth in metres, any shape; 0 where there is none.

    Returns:
        Disparity in pixels of the reference camera, float32, of the same shape; 0 where the depth
        is 0 or nearer than 3.76 m.
    """
    far = depth >= REFERENCE_CAMERA.metre_pixels / MAX_DISPARITY
    metre_pixels = np.float32(REFERENCE_CAMERA.metre_pixels)
    return np.where(far, metre_pixels / np.where(far, depth, 1), 0).astype(np.float32)


def encode_disparity(disparity: np.ndarray, infinite: np.ndarray | None = None) -> np.ndarray:
    """Gives the values of a 16-bit disparity file.

    Args:
        disparity: Disparity in pixels of the reference camera, any shape; 0 where invalid.
        infinite: Where it is infinitely far, whatever the disparity says; boolean of the same
            shape. Defaults to None: nowhere.

    Returns:
        uint16 values of the same shape: ``round(256 * disparity) + 1``, :data:`INFINITE_CODE` where
        infinitely far, 0 where invalid.

    Raises:
        ValueError: If a disparity is negative, not finite, or above :data:`MAX_DISPARITY`.
    """
    if not ((disparity >= 0) & (disparity <= MAX_DISPARITY)).all():
        raise ValueError(
            f'disparity must be within 0 and {MAX_DISPARITY} pixels of the reference camera, '
            f'found values from {disparity.min()} to {disparity.max()}.'
        )
    code = np.where(disparity > 0, np.rint(disparity * 256) + 1, 0).astype(np.uint16)
    if infinite is not None:
        code[infinite] = INFINITE_CODE
    return code


def decode_disparity(code: np.ndarray) -> np.ndarray:
    """Reads the values of a 16-bit disparity file; the inverse of :func:`encode_disparity`.

    Args:
        code: uint16 values of any shape.

    Returns:
        Disparity in pixels of the reference camera, float32, of the same shape; 0 where invalid or
        infinitely far.
    """
    return np.where(code > 0, (code.astype(np.float32) - 1) / 256, 0).astype(np.float32)


def stereo_dropouts(disparity: np.ndarray, share: float, seed: int | Sequence[int]) -> np.ndarray:
    """Tells where a stereo camera would find no disparity.

    These are the pixels that the right camera does not see (bands to the left of near objects and
    along the left border, found exactly by mapping every row into the right image) and random
    blotches, as textureless or shiny surfaces cause them.

    Args:
        disparity: Disparity in pixels of the reference camera, shape (H, W), float32.
        share: Share of the image in random blotches, 0 to 1; 0 switches both kinds off.
        seed: Seed of the blotches: a non-negative integer or several of them.

    Returns:
        A boolean array (H, W), true where the disparity is lost.

    Raises:
        ValueError: If ``share`` is out of range.
    """
    if not 0 <= share < 1:
        raise ValueError(f'share must be at least 0 and below 1, found {share!r}.')
    height, width = disparity.shape
    if not share:
        return np.zeros(disparity.shape, dtype=bool)
    generator = np.random.default_rng(seed)
    hidden = unseen_from_the_right(disparity * np.float32(width / REFERENCE_WIDTH))
    return hidden | blotches((height, width), share, generator)


def infinitely_far(depth: np.ndarray, seed: int | Sequence[int]) -> np.ndarray:
    """Tells where a stereo camera would find a disparity of 0.

    These are patches of the sky, :data:`SKY_SHARE` of it on average, and all that is farther than
    :data:`FARTHEST`.

    Args:
        depth: z-depth in metres, shape (H, W); 0 in the sky.
        seed: Seed of the patches: a non-negative integer or several of them.

    Returns:
        A boolean array (H, W), true where it is infinitely far.
    """
    height, width = depth.shape
    patches = blotches((height, width), SKY_SHARE, np.random.default_rng(seed))
    return np.where(depth == 0, patches, depth > FARTHEST)


def unseen_from_the_right(shift: np.ndarray) -> np.ndarray:
    """Finds the pixels that a second camera, or a projector, to the right does not reach.

    Args:
        shift: Disparity in pixels of this image, shape (H, W), float32.

    Returns:
        A boolean array (H, W), true where something nearer is in between, and outside of the
        second camera's view.
    """
    target = np.arange(shift.shape[1], dtype=np.float32) - shift
    nearest = np.minimum.accumulate(target[:, ::-1], axis=1)[:, ::-1]
    lost = target < -0.5
    lost[:, :-1] |= nearest[:, 1:] < target[:, :-1] - 0.25
    return lost


def blotches(shape: tuple[int, int], share: float, generator: np.random.Generator) -> np.ndarray:
    """Draws random blotches, as textureless or shiny surfaces leave them in a depth map.

    Args:
        shape: Height and width in pixels.
        share: Share of the image that they cover, above 0 and below 1.
        generator: Random numbers.

    Returns:
        A boolean array (H, W), true in the blotches.
    """
    height, width = shape
    coarse = generator.standard_normal((16, 32), dtype=np.float32)
    density = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = generator.standard_normal((64, 128), dtype=np.float32)
    density += cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR) * np.float32(0.7)
    return density > np.quantile(density, 1 - share)
