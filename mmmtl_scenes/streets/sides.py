"""What lines a street: sidewalks, houses, gardens, parks and walls."""

from __future__ import annotations

from math import pi

from mmmtl_scenes.engine.materials import leaves
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets import furniture, houses, plants
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.lighting import StreetWalls
from mmmtl_scenes.streets.plan import END, Roadside, StreetPlan
from mmmtl_scenes.streets.stage import StreetStage
from mmmtl_scenes.streets.strips import KERB, add_strip, pieces


def add_side(
    stage: StreetStage, plan: StreetPlan, side: Roadside
) -> list[tuple[float, float, float]]:
    """Adds everything behind the kerb of one side that does not move.

    Args:
        stage: Where to add it.
        plan: The street.
        side: The side.

    Returns:
        Start, end and height of the houses that stand at the sidewalk, for their shadows.
    """
    walls: list[tuple[float, float, float]] = []
    for start, end in plan.blocks():
        near, far = sorted((side.sign * side.kerb, side.sign * side.lot))
        add_strip(stage, plan, near, far, (start, end), KERB, paved=True)
        far_out = side.sign * (side.lot + 45)
        near, far = sorted((side.sign * (side.lot - 0.02), far_out))
        paved = side.kind in ('town', 'wall')
        add_strip(stage, plan, near, far, (start + 0.5, end - 0.5), KERB - 0.02, paved)
        fill = {'town': _fill_town, 'garden': _fill_gardens, 'park': _fill_park, 'wall': _fill_wall}
        walls += fill[side.kind](stage, plan, side, max(start, 3.0), end)
    _add_backdrop(stage, plan, side)
    return walls


def _house_frame(plan: StreetPlan, side: Roadside, setback: float, z: float) -> Frame:
    """Gives a frame whose x axis leads away from the street."""
    turn = 0.0 if side.sign > 0 else pi
    return plan.frame(side.sign * (side.lot + setback), z, turn, KERB - 0.02)


def _fill_town(
    stage: StreetStage, plan: StreetPlan, side: Roadside, start: float, end: float
) -> list[tuple[float, float, float]]:
    """Builds a closed row of town houses."""
    rng, walls = stage.rng, []
    shops, usual = rng.chance(0.5), rng.integer(2, 4)
    z = start
    while z < min(end, END - 10):
        length = min(rng.uniform(9, 20), end - z)
        if length < 5:
            break
        middle = z + length / 2
        frame = _house_frame(plan, side, rng.uniform(0.0, 0.35), middle)
        storeys = max(usual + rng.integer(-1, 1), 1)
        width = length * plan.stretch(middle) + (0.5 if plan.curvature else -0.02)
        height = houses.add_town_house(
            stage, frame, (width, rng.uniform(10, 13)), storeys, shops and rng.chance(0.75)
        )
        walls.append((z, z + length, height))
        z += length
        if rng.chance(0.13):
            z += rng.uniform(2.5, 7)
    return walls


def _fill_gardens(
    stage: StreetStage, plan: StreetPlan, side: Roadside, start: float, end: float
) -> list[tuple[float, float, float]]:
    """Builds detached houses behind front gardens with hedges, fences or low walls."""
    rng, walls = stage.rng, []
    setback = rng.uniform(3.0, 6.5)
    z = start
    while z < min(end, END - 20):
        plot = min(rng.uniform(12, 19), end - z)
        if plot < 7:
            break
        middle = z + plot / 2
        length = plot - rng.uniform(2.0, 5.5)
        frame = _house_frame(plan, side, setback + rng.uniform(-0.8, 0.8), middle)
        height = houses.add_detached_house(stage, frame, (length, rng.uniform(8, 11)))
        walls.append((middle - length / 2, middle + length / 2, height))
        _add_boundary(stage, plan, side, z + 0.3, z + plot - rng.uniform(0.5, 3.5))
        if z < 70:
            for _ in range(rng.integer(0, 2)):
                place = _house_frame(plan, side, rng.uniform(1.0, 2.4), z + rng.uniform(1, plot))
                if rng.chance(0.45):
                    plants.add_bush(stage, place, rng.uniform(0.8, 1.8))
                elif rng.chance(0.6):
                    foliage = plants.pick_foliage(stage)
                    plants.add_tree(stage, place, rng.uniform(4, 7.5), foliage, 0.25)
                else:
                    plants.add_conifer(stage, place, rng.uniform(4, 9))
        z += plot
    return walls


def _add_boundary(
    stage: StreetStage, plan: StreetPlan, side: Roadside, start: float, end: float
) -> None:
    """Adds a hedge, a fence, a low wall or nothing between a sidewalk and a garden."""
    rng = stage.rng
    kind = rng.weighted({'hedge': 0.4, 'fence': 0.3, 'wall': 0.2, 'open': 0.1})
    middle, length = (start + end) / 2, end - start
    frame = plan.frame(side.sign * (side.lot + 0.45), middle, 0.0, KERB - 0.02)
    if kind == 'hedge':
        plants.add_hedge(stage, frame, length, rng.uniform(0.9, 1.7))
    elif kind == 'fence':
        furniture.add_fence(stage, frame, length)
    elif kind == 'wall':
        furniture.add_wall(stage, frame, length, rng.uniform(0.6, 1.5))


def _fill_park(
    stage: StreetStage, plan: StreetPlan, side: Roadside, start: float, end: float
) -> list[tuple[float, float, float]]:
    """Plants a park: lawn, trees and bushes, behind a fence or a hedge or open."""
    rng = stage.rng
    kind = rng.weighted({'fence': 0.4, 'hedge': 0.25, 'open': 0.35})
    for first, last in pieces(plan, start, min(end, 90.0)):
        if last <= first:
            break
        frame = plan.frame(side.sign * (side.lot + 0.45), (first + last) / 2, 0.0, KERB - 0.02)
        if kind == 'fence':
            furniture.add_fence(stage, frame, last - first)
        elif kind == 'hedge':
            plants.add_hedge(stage, frame, last - first, rng.uniform(0.8, 1.5))
    z = max(start, 8.0)
    while z < min(end, 110.0):
        z += rng.uniform(3.5, 9) * (1 if z < 50 else 2)
        setback = rng.uniform(2.5, 16)
        place = _house_frame(plan, side, setback, min(z, end))
        pick = rng.random()
        if pick < 0.62:
            foliage = plants.pick_foliage(stage)
            plants.add_tree(stage, place, rng.uniform(6, 13), foliage, rng.uniform(0.2, 0.35))
        elif pick < 0.75:
            plants.add_conifer(stage, place, rng.uniform(6, 13))
        else:
            plants.add_bush(stage, place, rng.uniform(0.8, 2.2))
    return []


def _fill_wall(
    stage: StreetStage, plan: StreetPlan, side: Roadside, start: float, end: float
) -> list[tuple[float, float, float]]:
    """Builds a high wall with trees and distant houses behind it."""
    rng = stage.rng
    height = rng.uniform(2.0, 3.4)
    for first, last in pieces(plan, start, min(end, 120.0)):
        if last <= first:
            break
        frame = plan.frame(side.sign * (side.lot + 0.3), (first + last) / 2, 0.0, KERB - 0.02)
        length = (last - first) * plan.stretch((first + last) / 2)
        furniture.add_wall(stage, frame, length, height)
    z = max(start, 10.0)
    while z < min(end, 90.0):
        z += rng.uniform(6, 14)
        place = _house_frame(plan, side, rng.uniform(3, 9), min(z, end))
        plants.add_tree(stage, place, rng.uniform(6, 11), plants.pick_foliage(stage))
    return [(start, end, height)]


def _add_backdrop(stage: StreetStage, plan: StreetPlan, side: Roadside) -> None:
    """Adds the houses behind the first row, so that gaps do not open on emptiness."""
    rng = stage.rng
    z = 14.0
    while z < END + 15:
        length = rng.uniform(14, 26)
        lateral = side.sign * (side.lot + rng.uniform(34, 42))
        frame = plan.frame(lateral, z + length / 2)
        size = (10.0, rng.uniform(7, 13), length + 3)
        houses.add_block(stage, frame, size)
        z += length


def add_vista(stage: StreetStage, plan: StreetPlan) -> None:
    """Closes the far end of the street with houses and trees."""
    rng = stage.rng
    lateral = -75.0
    while lateral < 75:
        width = rng.uniform(12, 24)
        frame = plan.frame(lateral + width / 2, END + rng.uniform(8, 30))
        houses.add_block(stage, frame, (width + 3, rng.uniform(6, 14), 12.0))
        lateral += width
    for _ in range(4):
        frame = plan.frame(rng.uniform(-30, 30), END + rng.uniform(-3, 5))
        height = rng.uniform(6, 11)
        size = (height, height, height)
        color, accent, share = plants.pick_foliage(stage)
        stage.solids.ellipsoid(
            frame,
            leaves,
            LabelId.VEGETATION,
            size,
            (0, -1.5, 0),
            color,
            accent,
            ragged=0.5,
            params=(share,),
        )


def street_walls(
    plan: StreetPlan,
    rows: tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]],
) -> StreetWalls:
    """Turns the rows of houses into the walls that shade the street.

    Args:
        plan: The street.
        rows: Start, end and height of the houses on the left and on the right.

    Returns:
        The walls.
    """
    edges, heights = [], []
    for row in rows:
        ends: list[float] = []
        levels: list[float] = []
        for start, end, height in sorted(row):
            if ends and start < ends[-1] + 0.3:
                levels[-1] = height
            else:
                ends.append(start)
                levels.append(height)
            ends.append(end)
            levels.append(0.0)
        edges.append(tuple(ends))
        heights.append(tuple(levels))
    return StreetWalls(
        curvature=plan.curvature,
        lateral=(plan.sides[0].lot + 0.3, plan.sides[1].lot + 0.3),
        edges=(edges[0], edges[1]),
        heights=(heights[0], heights[1]),
    )
