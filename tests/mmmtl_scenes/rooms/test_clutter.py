from __future__ import annotations

from math import hypot

import numpy as np

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms import clutter
from mmmtl_scenes.rooms.clutter import scatter
from mmmtl_scenes.rooms.stage import RoomStage
from tests.utils.scenes import arrays, room_stage, see

TOP = Frame(base=0.7)


def test_things_stand_on_the_surface_and_within_it() -> None:
    for seed in range(5):
        stage = room_stage(seed)
        scatter(stage, TOP, (1.2, 0.8), 9)
        seen = see(stage.solids.build(), 2.5)
        assert abs(seen.low[1] - 0.7) < 0.03
        assert (np.abs(seen.points[:, 0]) < 0.6 + 0.04).all()
        assert (np.abs(seen.points[:, 2]) < 0.4 + 0.04).all()


def test_things_keep_apart_and_leave_what_is_taken(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    spots: list[tuple[float, float]] = []

    def put(stage: RoomStage, frame: Frame) -> None:
        spots.append((frame.x, frame.z))

    monkeypatch.setattr(clutter, '_THINGS', {put: (1.0, 0.1)})
    scatter(room_stage(), TOP, (1.2, 0.8), 60, taken=((0.3, 0.1, 0.2),))
    assert len(spots) >= 8
    for i, (x, z) in enumerate(spots):
        assert hypot(x - 0.3, z - 0.1) > 0.3
        assert all(hypot(x - a, z - b) > 0.2 for a, b in spots[:i])


def test_nothing_is_put_where_nothing_fits() -> None:
    stage = room_stage()
    scatter(stage, TOP, (0.05, 0.05), 20)
    assert len(stage.solids) == 0


def test_the_same_seed_scatters_the_same_things() -> None:
    tables = []
    for seed in (3, 3, 4):
        stage = room_stage(seed)
        scatter(stage, TOP, (1.2, 0.8), 6)
        tables.append(arrays(stage.solids.build()))
    assert tables[0] == tables[1] != tables[2]
