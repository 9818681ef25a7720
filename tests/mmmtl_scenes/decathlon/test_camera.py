from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.decathlon.camera import (
    any_color,
    apart_from,
    brightness,
    expose,
    gradient,
    mottled,
    plain,
    smooth_noise,
)
from mmmtl_scenes.engine.scene_rng import SceneRNG


@pytest.mark.parametrize('cells', [1.0, 3.3, 9.0])
def test_a_random_field_has_few_sharp_edges(cells: float) -> None:
    field = smooth_noise(np.random.default_rng(0), (72, 100), cells)
    assert field.shape == (72, 100)
    assert 0.2 < field.std() < 1.0
    assert np.abs(np.diff(field, axis=1)).max() < 0.1 * max(cells, 3)


def test_backgrounds() -> None:
    np.testing.assert_allclose(plain((2, 3), (0.1, 0.2, 0.3))[1, 2], (0.1, 0.2, 0.3))
    rows = gradient((5, 3), (0, 0, 0), (1, 0.5, 0))
    np.testing.assert_allclose(rows[:, 1, 0], [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(rows[2, 0], (0.5, 0.25, 0))
    field = np.array([[1.0, -1.0]])
    np.testing.assert_allclose(
        mottled(plain((1, 2), (0.5, 0.4, 0.2)), field, 0.5)[0, :, 0], (0.75, 0.25)
    )


def test_colours_that_one_can_tell_apart() -> None:
    rng = SceneRNG(0)
    for _ in range(30):
        color = any_color(rng, 0.2, 0.8)
        assert 0.2 <= min(color) <= max(color) <= 0.8
        assert abs(brightness(apart_from(color, rng)) - brightness(color)) >= 0.35
    assert apart_from((0.5, 0.5, 0.5), rng, lambda _: (0.5, 0.5, 0.5)) == (0.95, 0.95, 0.95)
    assert brightness((1, 1, 1)) == pytest.approx(1)


def test_a_photograph_changes_its_light_little_and_stays_in_range() -> None:
    picture = gradient((40, 40), (0, 0, 0), (1, 1, 1))
    for seed in range(5):
        taken = expose(picture, SceneRNG(seed), np.random.default_rng(seed))
        assert taken.dtype == np.float32
        assert 0 <= taken.min() <= taken.max() <= 1
        assert abs(taken.mean() - picture.mean()) < 0.2
        assert not np.array_equal(taken, picture)
    same = expose(picture, SceneRNG(0), np.random.default_rng(0), light=0, blur=0, noise=0)
    np.testing.assert_allclose(same, picture, atol=1e-6)
