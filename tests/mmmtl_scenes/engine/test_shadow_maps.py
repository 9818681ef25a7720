from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.materials import plain
from mmmtl_scenes.engine.shadow_maps import ShadowMap
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame

UP = (0.0, -1.0, 0.0)


@pytest.fixture(scope='module')
def shadow() -> ShadowMap:
    """A lamp 2 m above the floor looks down on a board of 0.4 m that floats 1 m above it."""
    builder = SolidBuilder()
    builder.box(Frame(base=1.0), plain, 1, (0.4, 0.01, 0.4))
    lamp = CameraPose(height=2.0, pitch=np.pi / 2)
    return ShadowMap.cast(builder.build(), lamp, side=200, focal=0.5, softness=2.0)


def light(shadow: ShadowMap, *points: tuple[float, float, float]) -> list[float]:
    world = np.array(points, dtype=np.float32).T
    normal = np.repeat(np.array(UP, dtype=np.float32)[:, None], len(points), axis=1)
    return shadow.light(world, normal).tolist()


def test_the_shadow_is_as_wide_as_the_rays_make_it(shadow: ShadowMap) -> None:
    # From 2 m up, a board of 0.4 m at 1 m covers 0.8 m of the floor: from -0.4 to 0.4.
    assert light(shadow, (0, 0, 0), (0.33, 0, 0), (0, 0, -0.33)) == [0, 0, 0]
    assert light(shadow, (0.47, 0, 0), (0, 0, 0.47), (-0.47, 0, 0.47)) == [1, 1, 1]


def test_the_edge_is_soft(shadow: ShadowMap) -> None:
    edge = light(shadow, *((x, 0.0, 0.0) for x in np.linspace(0.33, 0.47, 9)))
    assert edge == sorted(edge)
    assert len({0.0, 1.0, *edge}) > 3


def test_what_casts_the_shadow_is_lit(shadow: ShadowMap) -> None:
    assert light(shadow, (0, -1.01, 0), (0.15, -1.01, -0.15)) == [1, 1]


def test_nothing_is_shaded_outside_of_the_map(shadow: ShadowMap) -> None:
    # The map sees 2 m to either side at the floor; nothing above the lamp.
    assert light(shadow, (5, 0, 0), (0, -2.5, 0), (0.1, -3.0, 0)) == [1, 1, 1]
