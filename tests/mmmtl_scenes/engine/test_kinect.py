from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.kinect import kinect_dropouts
from mmmtl_scenes.engine.render import Rendering


def scene(depth: np.ndarray, focal: float) -> Rendering:
    """Gives a rendering of which only the depth counts."""
    height, width = depth.shape
    return Rendering(
        image=np.zeros((height, width, 3), dtype=np.uint8),
        label_ids=np.zeros((height, width), dtype=np.uint16),
        part_ids=np.zeros((height, width), dtype=np.uint8),
        depth=depth.astype(np.float32),
        normal=np.zeros((height, width, 3), dtype=np.float32),
        camera=PinholeCamera(height, width, focal, CameraPose()),
    )


def test_a_band_beside_a_near_object_is_lost() -> None:
    depth = np.full((20, 100), 3.0)
    depth[:, 40:60] = 1.0
    # 0.075 m and 400 pixels: 30 pixels at 1 m, 10 at 3 m. The projector sees the object's left edge
    # 20 pixels farther left than the wall behind it: that much of the wall is in its shadow.
    lost = kinect_dropouts(scene(depth, 400.0), 1e-6, 0)
    rows = lost.mean(axis=0)
    assert (rows[21:39] == 1).all()
    assert rows[:19].max() < 0.2
    assert rows[41:].max() < 0.2


def test_the_share_of_the_blotches() -> None:
    lost = kinect_dropouts(scene(np.full((120, 160), 2.0), 300.0), 0.1, 3)
    assert lost.mean() == pytest.approx(0.1, abs=0.005)
    other = kinect_dropouts(scene(np.full((120, 160), 2.0), 300.0), 0.1, 4)
    assert not np.array_equal(lost, other)


def test_no_share_switches_all_of_it_off() -> None:
    depth = np.full((20, 100), 3.0)
    depth[:, 40:60] = 1.0
    assert not kinect_dropouts(scene(depth, 400.0), 0, 0).any()


@pytest.mark.parametrize('share', [-0.1, 1.0])
def test_bad_shares_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match='share must be'):
        kinect_dropouts(scene(np.ones((20, 20)), 10.0), share, 0)
