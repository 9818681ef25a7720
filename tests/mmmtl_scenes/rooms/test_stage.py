from __future__ import annotations

from dataclasses import fields

import pytest

from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.shadows import SKY
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.stage import Palette
from tests.utils.scenes import room_stage


def test_a_palette_is_drawn_from_the_seed() -> None:
    first, second, other = (Palette.sample(SceneRNG(seed)) for seed in (1, 1, 2))
    assert first == second != other
    for field in fields(Palette):
        assert all(0 <= channel <= 1 for channel in getattr(first, field.name))


def test_wood_is_one_of_the_two_of_the_palette() -> None:
    stage = room_stage()
    choices = (stage.palette.wood, stage.palette.other_wood)
    for _ in range(50):
        color = stage.wood()
        # A shade of 0.02: the light varies by 0.02, each channel by a third of it on top.
        assert any(
            all(abs(a - b) <= 0.02 * 4 / 3 + 1e-9 for a, b in zip(color, wood, strict=True))
            for wood in choices
        )


@pytest.mark.parametrize('kind', ['cloth', 'paint'])
def test_colours_are_varied_and_within_bounds(kind: str) -> None:
    stage = room_stage()
    colors = [getattr(stage, kind)() for _ in range(100)]
    assert len(set(colors)) == 100
    assert all(0 <= channel <= 1 for color in colors for channel in color)


@pytest.mark.parametrize(('base', 'reach'), [(0.0, 0.2), (0.019, 0.2), (0.02, 0.04), (0.7, 0.04)])
def test_contacts_on_furniture_reach_less_far_up_than_on_the_floor(
    base: float, reach: float
) -> None:
    stage = room_stage()
    stage.contact(Frame(1, 2, 0.3, base), (0.4, 0.2), 0.6, square=False)
    (blob,) = stage.blobs
    assert (blob.frame, blob.half, blob.opacity) == (Frame(1, 2, 0.3, base), (0.4, 0.2), 0.6)
    assert (blob.light, blob.square, blob.reach) == (SKY, False, reach)


def test_annotators_miss_seven_of_a_hundred() -> None:
    stage = room_stage()
    labels = [stage.sometimes(RoomLabel.CUP) for _ in range(5000)]
    assert set(labels) == {RoomLabel.CUP, RoomLabel.UNLABELED}
    assert labels.count(RoomLabel.UNLABELED) / 5000 == pytest.approx(0.07, abs=0.015)
