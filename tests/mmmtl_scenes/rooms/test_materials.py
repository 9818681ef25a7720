from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.rooms import materials
from tests.utils.scenes import check_looks, sample_of

PARAMS = {
    'wall_paint': [(float(kind), 0.2, 0.3) for kind in range(5)],
    'boards': [(0.1, 0.8, 0.1, 0.0), (0.1, 0.5, 0.1, 1.0)],
    'tiles': [(0.3, 0.2, 0.1)],
    'carpet': [(float(kind), 0.15) for kind in range(5)],
    'wood': [(0.1,)],
    'fabric': [(float(kind), 0.1, 0.5) for kind in range(5)],
    'leather': [()],
    'wicker': [()],
    'stone': [()],
}  # fmt: skip
LEVEL = {'boards', 'carpet'}


@pytest.mark.parametrize('name', PARAMS)
@pytest.mark.parametrize('face', ['back', 'left', 'top'])
def test_looks_are_shares_of_light(name: str, face: str) -> None:
    for params in PARAMS[name]:
        check_looks(sample_of(getattr(materials, name), params=params, face=face))


@pytest.mark.parametrize('name', ['wall_paint', 'carpet', 'fabric'])
def test_the_second_colour_shows_with_a_pattern_only(name: str) -> None:
    red, green = (0.8, 0.0, 0.0), (0.0, 0.8, 0.0)
    face = 'top' if name in LEVEL else 'back'
    for params in PARAMS[name]:
        albedo = sample_of(getattr(materials, name), red, green, params, face=face).albedo
        assert (albedo[1].max() > 0.05) == (params[0] > 0)
        assert albedo[2].max() == 0


def test_stripes_repeat_with_their_width() -> None:
    albedo = sample_of(materials.wall_paint, (0, 0, 0), (0.9, 0.9, 0.9), (1.0, 0.25, 0.0)).albedo
    striped = albedo[0].mean(axis=0) > 0.2
    assert (np.diff(striped.astype(int)) == 1).sum() == 4
    np.testing.assert_array_equal(striped[:72], striped[24:])


def test_a_dado_ends_at_one_metre() -> None:
    size = (2.0, 2.0, 0.2)
    albedo = sample_of(materials.wall_paint, (0, 0, 0), (0.9, 0.9, 0.9), (3.0, 0.1, 0), size).albedo
    assert albedo[0, :47].max() == 0
    assert albedo[0, 49:].min() > 0.5


def test_tiles_are_parted_by_joints_and_every_second_is_darker() -> None:
    light, joint = (0.8, 0.8, 0.8), (0.1, 0.1, 0.1)
    albedo = sample_of(materials.tiles, light, joint, (0.25, 0.4, 0.1)).albedo[0]
    means = albedo.reshape(4, 24, 4, 24)[:, 6:18, :, 6:18].mean(axis=(1, 3))
    checks = np.indices((4, 4)).sum(axis=0) % 2
    dark, bright = means[checks == 0], means[checks == 1]
    assert max(dark.max(), bright.max()) / min(dark.min(), bright.min()) > 1.2
    assert dark.max() < bright.min() or bright.max() < dark.min()
    assert (albedo[:, [23, 24]].mean(axis=0) < 0.9 * albedo[:, [20, 27]].mean(axis=0)).all()


def test_the_grain_of_wood_runs_along_the_longest_side() -> None:
    across = sample_of(materials.wood, size=(2.0, 1.0, 0.5)).albedo[0]
    upright = sample_of(materials.wood, size=(1.0, 2.0, 0.5)).albedo[0]

    def change(image: np.ndarray, axis: int) -> float:
        return float(np.abs(np.diff(image, axis=axis)).mean())

    assert change(across, 1) < change(across, 0)
    assert change(upright, 0) < change(upright, 1)


def test_unrolled_coordinates_are_metres_on_every_face() -> None:
    for face, (u_axis, v_axis) in {'back': (0, 1), 'left': (2, 1), 'top': (0, 2)}.items():
        surface = sample_of(materials.wood, size=(1.0, 2.0, 3.0), face=face).surface
        u, v = materials.unrolled(surface)
        np.testing.assert_array_equal(u, surface.local[u_axis])
        np.testing.assert_array_equal(v, surface.local[v_axis])
