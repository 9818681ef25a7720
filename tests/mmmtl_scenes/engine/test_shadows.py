from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.shadows import SKY, SUN, Blob, Blobs
from mmmtl_scenes.engine.solids import Frame

CAMERA = PinholeCamera(32, 32, 10.0, CameraPose(height=1.0))


def light(blob: Blob, height: float) -> float:
    """Gives the light of the sky 5 m ahead at a height, where the middle of the blob is."""
    world = np.zeros((3, 32, 32), dtype=np.float32)
    world[1], world[2] = -height, 5.0
    depth = np.full((32, 32), 5.0, dtype=np.float32)
    shares = Blobs.of([blob]).light(CAMERA, depth, world)
    assert (shares[SUN] == 1).all()
    return float(shares[SKY].min())


def test_a_shadow_of_the_ground_ends_at_35_centimetres() -> None:
    blob = Blob(Frame(z=5), (1.0, 1.0), 0.6)
    assert light(blob, 0.0) == pytest.approx(0.4)
    assert light(blob, 0.34) == pytest.approx(0.4)
    assert light(blob, 0.36) == 1


def test_a_fading_shadow_lies_where_its_frame_is() -> None:
    blob = Blob(Frame(z=5, base=0.7), (1.0, 1.0), 0.6, reach=0.1)
    assert light(blob, 0.7) == pytest.approx(0.4)
    assert light(blob, 0.75) == pytest.approx(0.7, abs=1e-5)
    assert light(blob, 0.65) == pytest.approx(0.7, abs=1e-5)
    assert light(blob, 0.81) == 1
    assert light(blob, 0.0) == 1
