from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.plan import END, StreetPlan
from mmmtl_scenes.streets.sides import add_side, add_vista, street_walls
from tests.utils.scenes import arrays, street_plan, street_stage

KINDS = {
    'town': {LabelId.SIDEWALK, LabelId.BUILDING},
    'garden': {LabelId.SIDEWALK, LabelId.TERRAIN, LabelId.BUILDING, LabelId.VEGETATION,
               LabelId.FENCE, LabelId.WALL},
    'park': {LabelId.SIDEWALK, LabelId.TERRAIN, LabelId.VEGETATION, LabelId.FENCE,
             LabelId.BUILDING},
    'wall': {LabelId.SIDEWALK, LabelId.WALL, LabelId.VEGETATION, LabelId.BUILDING},
}  # fmt: skip


def plan_of(kind: str, **changes: object) -> StreetPlan:
    plan = street_plan(**changes)
    left, right = (replace(side, kind=kind) for side in plan.sides)
    return replace(plan, sides=(left, right))


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('index', [0, 1])
def test_a_side_is_lined_by_what_its_kind_says_and_leaves_the_road_free(
    kind: str, index: int
) -> None:
    found: set[int] = set()
    for seed in range(5):
        stage, plan = street_stage(seed), plan_of(kind)
        side = plan.sides[index]
        add_side(stage, plan, side)
        solids = stage.solids.build()
        found |= set(solids.label.tolist())
        reach = np.abs(solids.axes[:, :, 0] * solids.half).max(axis=1)
        inner = side.sign * solids.center[:, 0] - reach
        # Crowns and balconies may hang over the sidewalk, and nothing over the carriageway.
        assert (inner > side.kerb - 0.1).all()
    assert found == KINDS[kind]


def test_junctions_are_left_open() -> None:
    stage, plan = street_stage(), plan_of('town', junctions=((40.0, 52.0),))
    walls = add_side(stage, plan, plan.sides[1])
    assert all(end <= 40.0 or start >= 52.0 for start, end, _ in walls)
    solids = stage.solids.build()
    paved = solids.label == LabelId.SIDEWALK
    z, half = solids.center[paved, 2], solids.half[paved, 2]
    assert ((z + half <= 40.0 + 1e-6) | (z - half >= 52.0 - 1e-6)).all()


@pytest.mark.parametrize('kind', ['town', 'garden', 'wall'])
def test_the_walls_that_shade_are_where_the_houses_are(kind: str) -> None:
    stage, plan = street_stage(), plan_of(kind)
    walls = add_side(stage, plan, plan.sides[1])
    assert walls
    assert all(start < end and 1.5 < height < 25 for start, end, height in walls)
    assert all(a[1] <= b[0] + 1e-9 for a, b in itertools.pairwise(walls))


def test_a_park_shades_nothing() -> None:
    stage, plan = street_stage(), plan_of('park')
    assert add_side(stage, plan, plan.sides[0]) == []


def test_the_street_is_closed_at_its_end() -> None:
    stage, plan = street_stage(), street_plan()
    add_vista(stage, plan)
    pose = CameraPose(x=1.6, height=1.5)
    solids = stage.solids.build().seen_from(pose)
    hits = cast_rays(solids, PinholeCamera(33, 65, 100.0, pose))
    # Level with the horizon there is no gap, and everything is behind the end.
    assert (hits.solid[16] >= 0).all()
    assert hits.depth.min() > END - 12
    labels = set(stage.solids.build().label.tolist())
    assert labels == {LabelId.BUILDING, LabelId.VEGETATION}


def test_rows_become_walls_that_change_height_at_edges() -> None:
    rows = ([(10.0, 20.0, 9.0), (20.1, 30.0, 7.0), (35.0, 40.0, 8.0)], [])
    walls = street_walls(street_plan(curvature=0.001), rows)
    assert walls.edges == ((10.0, 20.0, 30.0, 35.0, 40.0), ())
    assert walls.heights == ((9.0, 7.0, 0.0, 8.0, 0.0), ())
    assert walls.lateral == (8.8, 8.8)
    assert walls.curvature == 0.001


def test_the_same_seed_gives_the_same_side() -> None:
    tables = []
    for seed in (1, 1, 2):
        stage, plan = street_stage(seed), plan_of('garden')
        add_side(stage, plan, plan.sides[0])
        tables.append(arrays(stage.solids.build()))
    assert tables[0] == tables[1] != tables[2]
