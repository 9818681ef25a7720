"""Random street scenes."""

from __future__ import annotations

from collections.abc import Sequence

from mmmtl_scenes.engine.render import Rendering, Scene, Sensor, render
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.shadows import Blobs
from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.life import populate
from mmmtl_scenes.streets.lighting import sample_street_lighting
from mmmtl_scenes.streets.plan import PARKING, StreetPlan, sample_street_plan
from mmmtl_scenes.streets.road_materials import Carriageway, Crossing, Line
from mmmtl_scenes.streets.sides import add_side, add_vista, street_walls
from mmmtl_scenes.streets.stage import StreetStage
from mmmtl_scenes.streets.strips import KERB, add_strip


def sample_street(seed: int | Sequence[int]) -> Scene:
    """Draws a street.

    Args:
        seed: A non-negative integer or several of them, such as ``(seed, index)``.

    Returns:
        The scene; the same for the same seed.
    """
    rng = SceneRNG(seed)
    plan = sample_street_plan(rng)
    stage = StreetStage(rng, sample_street_lighting(rng))
    _add_carriageway(stage, plan)
    rows = add_side(stage, plan, plan.sides[0]), add_side(stage, plan, plan.sides[1])
    add_vista(stage, plan)
    populate(stage, plan)
    return Scene(
        solids=stage.solids.build(),
        lighting=stage.lighting.with_walls(street_walls(plan, rows)),
        blobs=Blobs.of(stage.blobs),
        pose=plan.camera,
        background=LabelId.SKY,
        sensor=_sample_sensor(rng),
    )


def render_street(
    seed: int | Sequence[int], size: tuple[int, int] = (128, 256), supersample: int = 1
) -> Rendering:
    """Draws a street and renders it.

    Args:
        seed: A non-negative integer or several of them, such as ``(seed, index)``. The scene
            depends on the seed alone; the size only chooses the pixels.
        size: Height and width of the image in pixels, even numbers.
        supersample: Every pixel's colour is the mean of this number squared of rays.

    Returns:
        Image and labels; the same bytes for the same arguments.

    Raises:
        ValueError: If ``size`` or ``supersample`` is out of range.
    """
    return render(sample_street(seed), size, supersample)


def street_weather(seed: int | Sequence[int]) -> str:
    """Tells the weather of a street without drawing the rest of it.

    Args:
        seed: Seed of the street, see :func:`sample_street`.

    Returns:
        One of :data:`~mmmtl_scenes.streets.lighting.WEATHER`.
    """
    rng = SceneRNG(seed)
    sample_street_plan(rng)  # which comes first
    return str(sample_street_lighting(rng).weather)


def _sample_sensor(rng: SceneRNG) -> Sensor:
    warm = rng.uniform(-0.06, 0.06)
    return Sensor(
        brightness=rng.uniform(0.40, 0.54),
        contrast=rng.uniform(1.05, 1.35),
        balance=(1 + warm, 1 + rng.uniform(-0.015, 0.03), 1 - warm),
        noise=rng.uniform(0.8, 3.5),
        blur=rng.uniform(0.02, 0.12),
        vignette=rng.uniform(0.0, 0.22),
        seed=rng.integer(0, 2**31),
    )


def _add_carriageway(stage: StreetStage, plan: StreetPlan) -> None:
    """Adds the ground with its paint, and the median."""
    rng = stage.rng
    lines: list[Line] = []
    inner = plan.inner
    painted = not plan.setts and rng.chance(0.85)
    yellow = rng.chance(0.12)
    if painted:
        for lane in range(1, plan.lanes):
            middle = inner + lane * plan.lane
            lines += [Line(sign * middle, 0.14, 9.0, 0.4, yellow=False) for sign in (-1, 1)]
        if not plan.median and not plan.tram:
            share = rng.pick((0.35, 0.5, 1.0))
            lines.append(Line(0.0, 0.15, rng.uniform(6, 11), share, yellow=yellow))
        if plan.tram:
            lines += [Line(sign * inner, 0.13) for sign in (-1, 1)]
        for side in plan.sides:
            edge = side.kerb - (PARKING if side.parking else 0.3)
            if side.parking or rng.chance(0.5):
                share = 0.5 if side.parking and rng.chance(0.5) else 1.0
                lines.append(Line(side.sign * edge, 0.12, 3.0, share))
    crossings: list[Crossing] = []
    left, right = -plan.sides[0].kerb + 0.3, plan.sides[1].kerb - 0.3
    if plan.crossing is not None:
        crossings.append(Crossing(plan.crossing - 1.7, plan.crossing + 1.7, left, right))
    if plan.junctions and not plan.setts:
        stop = (plan.crossing if plan.crossing is not None else plan.junctions[0][0]) - 3.0
        crossings.append(Crossing(stop - 0.4, stop, inner, inner + plan.lanes * plan.lane, 0))
    rails: tuple[float, ...] = ()
    if plan.tram:
        rails = tuple(sign * plan.lane / 2 + off for sign in (-1, 1) for off in (-0.72, 0.72))
    grey = rng.uniform(0.3, 0.46)
    warm = rng.uniform(-0.012, 0.02)
    surface = Carriageway(
        curvature=plan.curvature,
        lines=tuple(lines),
        crossings=tuple(crossings),
        gaps=plan.junctions,
        lane_width=plan.lane,
        patches=rng.uniform(0, 0.4),
        rails=rails,
        setts=plan.setts,
    )
    stage.solids.ground(surface, LabelId.ROAD, (grey + warm, grey, grey - warm * 0.5))
    if plan.median:
        for start, end in plan.blocks():
            half = plan.median / 2 - 0.25
            add_strip(stage, plan, -half, half, (start + 1, end - 1), KERB, paved=False)
