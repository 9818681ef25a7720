from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.decathlon.camera import plain
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.decathlon.things import THINGS
from mmmtl_scenes.engine.scene_rng import SceneRNG

GREY = (0.5, 0.52, 0.48)


@pytest.mark.parametrize('name', THINGS)
def test_a_thing_fills_its_square_and_stays_in_it(name: str) -> None:
    behind = plain((80, 80), GREY)
    canvas = Canvas(behind)
    THINGS[name](Pen.at(canvas, size=0.5), SceneRNG(3))
    changed = np.abs(canvas.picture() - behind).max(axis=2) > 0.05
    inside = changed[18:62, 18:62]
    assert changed.sum() == inside.sum()
    assert inside.mean() > 0.08
    rows, columns = np.nonzero(inside)
    assert max(np.ptp(rows), np.ptp(columns)) >= 32


def test_the_same_numbers_give_the_same_thing() -> None:
    pictures = []
    for seed in (1, 1, 2):
        canvas = Canvas(plain((40, 40), GREY))
        THINGS['fish'](Pen.at(canvas), SceneRNG(seed))
        pictures.append(canvas.picture())
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert np.abs(pictures[0] - pictures[2]).max() > 0.05
