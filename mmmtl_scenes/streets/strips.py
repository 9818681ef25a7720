"""Raised strips along a street: sidewalks, lawns and the median."""

from __future__ import annotations

from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.plan import StreetPlan
from mmmtl_scenes.streets.stage import StreetStage
from mmmtl_scenes.streets.strip_materials import grass, slabs

KERB: float = 0.14
"""Height of the sidewalks in metres."""

_LAWN = (0.36, 0.42, 0.2)
_DRY = (0.5, 0.47, 0.3)
_PIECE = 13.0


def pieces(plan: StreetPlan, start: float, end: float) -> list[tuple[float, float]]:
    """Cuts a range of z into ranges that are short enough to be straight."""
    if not plan.curvature:
        return [(start, end)]
    count = max(round((end - start) / _PIECE), 1)
    step = (end - start) / count
    return [(start + i * step, start + (i + 1) * step) for i in range(count)]


def add_strip(
    stage: StreetStage,
    plan: StreetPlan,
    inner: float,
    outer: float,
    span: tuple[float, float],
    height: float,
    paved: bool,
) -> None:
    """Adds a raised strip along the street.

    Args:
        stage: Where to add it.
        plan: The street.
        inner: Its first lateral position in metres.
        outer: Its second lateral position, on the right of the first.
        span: Its range of z.
        height: Its height in metres.
        paved: Whether it is a sidewalk instead of lawn.
    """
    rng = stage.rng
    color = rng.shade(rng.pick(((0.56, 0.55, 0.53), (0.62, 0.58, 0.54), (0.5, 0.5, 0.5),
                                  (0.6, 0.5, 0.45))), 0.05)  # fmt: skip
    lawn, dry = rng.shade(_LAWN, 0.05), rng.shade(_DRY, 0.05)
    slab = rng.uniform(0.4, 1.1)
    for start, end in pieces(plan, *span):
        middle = (start + end) / 2
        frame = plan.frame((inner + outer) / 2, middle)
        spare = 0.6 if plan.curvature else 0.0
        size = (outer - inner, height + 0.3, (end - start) * plan.stretch(middle) + spare)
        at = (0.0, -0.3, 0.0)
        if paved:
            stage.solids.box(
                frame,
                slabs,
                LabelId.SIDEWALK,
                size,
                at,
                color,
                (0.68, 0.67, 0.64),
                params=(slab, 0.16),
            )
        else:
            stage.solids.box(frame, grass, LabelId.TERRAIN, size, at, lawn, dry)
