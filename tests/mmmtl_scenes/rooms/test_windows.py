from __future__ import annotations

from math import cos, sin

import pytest

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.plan import RoomPlan
from mmmtl_scenes.rooms.windows import WALL_DEPTH, Opening, add_window, sample_openings
from tests.utils.scenes import room_stage, see

OPENING = Opening(0, Frame(0, 0, 0, base=0.9), 0.0, 1.6, 1.2)


def test_openings_lie_in_their_walls_and_take_their_places() -> None:
    counts = []
    for seed in range(60):
        plan = RoomPlan.of(3.5, 4.0, 2.5, CameraPose())
        openings = sample_openings(SceneRNG(seed), plan)
        counts.append(len(openings))
        assert len({opening.wall for opening in openings}) == len(openings)
        for opening in openings:
            wall = plan.walls[opening.wall]
            assert abs(opening.x) + opening.width / 2 <= wall.length / 2 - 0.3 + 1e-9
            assert opening.frame.base > 0
            assert opening.frame.base + opening.height <= 2.5 - 0.25 + 1e-9
            ((left, right, low, high),) = wall.taken
            assert left < opening.x - opening.width / 2
            assert right > opening.x + opening.width / 2
            assert low < opening.frame.base
            assert high == pytest.approx(opening.frame.base + opening.height)
    # The chances of the four walls add up to 1.36.
    assert sum(counts) / 60 == pytest.approx(1.36, abs=0.3)


def test_a_window_fills_its_opening() -> None:
    labels: set[int] = set()
    for seed in range(12):
        stage = room_stage(seed)
        add_window(stage, OPENING)
        seen = see(stage.solids.build(), 4.0)
        labels |= seen.names
        window = seen.of(RoomLabel.WINDOW)
        assert window.low[1] == pytest.approx(0.9 - 0.035, abs=seen.pixel)
        assert window.high[1] == pytest.approx(0.9 + 1.2 + 0.06, abs=seen.pixel)
        assert window.high[0] < 0.8 + 0.08 + seen.pixel
        assert window.high[2] < WALL_DEPTH + 1e-4
        assert seen.low[2] > -0.2
    assert labels == {RoomLabel.WINDOW, RoomLabel.BLINDS, RoomLabel.CURTAIN}


def test_daylight_comes_in_from_the_window() -> None:
    turned = Opening(1, Frame(-2.0, 1.0, 0.7, base=0.9), 0.0, 1.6, 1.2)
    stage = room_stage(1)
    add_window(stage, turned)
    (source,) = stage.sources
    assert source.position[1] == pytest.approx(-(0.9 + 0.6))
    assert source.inward == pytest.approx((-sin(0.7), 0, -cos(0.7)))
    assert source.color[0] < source.color[1] < source.color[2]  # the sky is blue
    night = room_stage(1, night=True)
    add_window(night, turned)
    assert night.sources == []
