"""Random street scenes."""

from __future__ import annotations

from collections.abc import Sequence

from mmmtl.datasets.synthetic.dice import Dice
from mmmtl.datasets.synthetic.labels import LabelId
from mmmtl.datasets.synthetic.render import Rendering, Scene, Sensor, render
from mmmtl.datasets.synthetic.road_materials import Carriageway, Crossing, Line
from mmmtl.datasets.synthetic.shadows import Blobs
from mmmtl.datasets.synthetic.stage import Stage
from mmmtl.datasets.synthetic.street_life import StreetLife
from mmmtl.datasets.synthetic.street_plan import PARKING, StreetPlan, sample_lighting, sample_plan
from mmmtl.datasets.synthetic.street_sides import KERB, add_side, add_strip, add_vista, street_walls


def sample_street(seed: int | Sequence[int]) -> Scene:
    """Draws a street.

    Args:
        seed: A non-negative integer or several of them, such as ``(seed, index)``.

    Returns:
        The scene; the same for the same seed.
    """
    dice = Dice(seed)
    plan = sample_plan(dice)
    stage = Stage(dice, sample_lighting(dice))
    _add_carriageway(stage, plan)
    rows = add_side(stage, plan, plan.sides[0]), add_side(stage, plan, plan.sides[1])
    add_vista(stage, plan)
    StreetLife(stage, plan).populate()
    return Scene(
        solids=stage.solids.build(),
        lighting=stage.lighting.with_walls(street_walls(plan, rows)),
        blobs=Blobs.of(stage.blobs),
        pose=plan.camera,
        sensor=_sample_sensor(dice),
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


def _sample_sensor(dice: Dice) -> Sensor:
    warm = dice.uniform(-0.06, 0.06)
    return Sensor(
        brightness=dice.uniform(0.40, 0.54),
        contrast=dice.uniform(1.05, 1.35),
        balance=(1 + warm, 1 + dice.uniform(-0.015, 0.03), 1 - warm),
        noise=dice.uniform(0.8, 3.5),
        blur=dice.uniform(0.02, 0.12),
        vignette=dice.uniform(0.0, 0.22),
        seed=dice.integer(0, 2**31),
    )


def _add_carriageway(stage: Stage, plan: StreetPlan) -> None:
    """Adds the ground with its paint, and the median."""
    dice = stage.dice
    lines: list[Line] = []
    inner = plan.median / 2 + (plan.lane if plan.tram else 0.0)
    painted = not plan.setts and dice.chance(0.85)
    yellow = dice.chance(0.12)
    if painted:
        for lane in range(1, plan.lanes):
            for sign in (-1, 1):
                lines.append(Line(sign * (inner + lane * plan.lane), 0.14, 9.0, 0.4, yellow=False))
        if not plan.median and not plan.tram:
            share = dice.pick((0.35, 0.5, 1.0))
            lines.append(Line(0.0, 0.15, dice.uniform(6, 11), share, yellow=yellow))
        if plan.tram:
            lines += [Line(sign * inner, 0.13) for sign in (-1, 1)]
        for side in plan.sides:
            edge = side.kerb - (PARKING if side.parking else 0.3)
            if side.parking or dice.chance(0.5):
                share = 0.5 if side.parking and dice.chance(0.5) else 1.0
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
    grey = dice.uniform(0.3, 0.46)
    warm = dice.uniform(-0.012, 0.02)
    surface = Carriageway(
        curvature=plan.curvature,
        lines=tuple(lines),
        crossings=tuple(crossings),
        gaps=plan.junctions,
        lane_width=plan.lane,
        patches=dice.uniform(0, 0.4),
        rails=rails,
        setts=plan.setts,
    )
    stage.solids.ground(surface, LabelId.ROAD, (grey + warm, grey, grey - warm * 0.5))
    if plan.median:
        for start, end in plan.blocks():
            half = plan.median / 2 - 0.25
            add_strip(stage, plan, -half, half, (start + 1, end - 1), KERB, paved=False)
