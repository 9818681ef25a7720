"""The pixels where a Kinect finds no depth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmmtl_scenes.engine.render import Rendering
from mmmtl_scenes.engine.stereo import blotches, unseen_from_the_right

BASELINE: float = 0.075
"""Distance in metres of the Kinect's infrared projector from its infrared camera."""


def kinect_dropouts(rendering: Rendering, share: float, seed: int | Sequence[int]) -> np.ndarray:
    """Tells where a structured-light camera would find no depth.

    These are the pixels that the projector does not reach (narrow bands beside near objects, found
    exactly by mapping every row into the projector's image) and random blotches, as dark or shiny
    surfaces cause them.

    Args:
        rendering: A rendered room, its images of shape (H, W).
        share: Share of the image in random blotches, 0 to 1; 0 switches both kinds off.
        seed: Seed of the blotches: a non-negative integer or several of them.

    Returns:
        A boolean array (H, W), true where the depth is lost.

    Raises:
        ValueError: If ``share`` is out of range.
    """
    if not 0 <= share < 1:
        raise ValueError(f'share must be at least 0 and below 1, found {share!r}.')
    depth = rendering.depth
    if not share:
        return np.zeros(depth.shape, dtype=bool)
    shift = np.float32(BASELINE * rendering.camera.focal) / np.maximum(depth, np.float32(1e-3))
    lost = blotches((depth.shape[0], depth.shape[1]), share, np.random.default_rng(seed))
    hidden = unseen_from_the_right(shift)
    # The Kinect's image reaches beyond the projector's border: no band is lost along it.
    hidden[np.arange(shift.shape[1]) - shift < 0] = False
    return lost | hidden
