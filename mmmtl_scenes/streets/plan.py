"""The plan of a street: how wide, how curved, what lines it, and where the camera stands."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, cos, radians, sin, sqrt, tan

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.solids import Frame

LEFT_SIDE, RIGHT_SIDE = -1, 1
END: float = 150.0
"""Depth in metres at which the street ends."""

PARKING: float = 2.15
"""Width of a parking lane in metres."""

_HALF_VIEW = radians(22.0)


@dataclass(frozen=True)
class Roadside:
    """One side of a street.

    Args:
        sign: :data:`LEFT_SIDE` or :data:`RIGHT_SIDE`.
        kerb: Distance of the kerb from the middle of the street in metres.
        parking: Whether there is a parking lane before the kerb.
        sidewalk: Width of the sidewalk in metres.
        kind: What lies behind the sidewalk: ``'town'``, ``'garden'``, ``'park'`` or ``'wall'``.
        trees: Distance of the trees at the kerb in metres; 0 for none.
    """

    sign: int
    kerb: float
    parking: bool
    sidewalk: float
    kind: str
    trees: float

    @property
    def lot(self) -> float:
        """float: Distance of the sidewalk's far edge from the middle of the street."""
        return self.kerb + self.sidewalk


@dataclass(frozen=True)
class StreetPlan:
    """A street along z whose middle is at ``x = curvature * z**2 / 2`` (straight behind z = 0).

    Args:
        curvature: Curvature at the camera in 1/m.
        lane: Width of a lane in metres.
        lanes: Lanes in each direction.
        median: Width of the strip between the directions in metres; 0 for none.
        tram: Whether rails lie in the middle.
        setts: Whether the surface is of small stones.
        sides: Left and right side.
        junctions: Ranges of z that a cross street takes.
        crossing: z of a pedestrian crossing, or ``None``.
        camera: Pose of the camera.
        camera_lateral: Lateral position of the camera in metres.
    """

    curvature: float
    lane: float
    lanes: int
    median: float
    tram: bool
    setts: bool
    sides: tuple[Roadside, Roadside]
    junctions: tuple[tuple[float, float], ...]
    crossing: float | None
    camera: CameraPose
    camera_lateral: float

    @property
    def inner(self) -> float:
        """float: Distance of the first lanes' inner edges from the middle of the street."""
        return self.median / 2 + (self.lane if self.tram else 0.0)

    def lane_middle(self, lane: int) -> float:
        """Gives the lateral position of a lane of this direction, counted from 1 at the middle."""
        return self.inner + self.lane * (lane - 0.5)

    def frame(self, lateral: float, z: float, yaw: float = 0.0, base: float = 0.0) -> Frame:
        """Gives the place at a lateral distance from the middle of the street.

        Args:
            lateral: Distance to the right in metres.
            z: Position along the street in metres.
            yaw: Heading relative to the street.
            base: Height above the ground.

        Returns:
            A frame that heads along the street for a yaw of 0.
        """
        slope = self.curvature * max(z, 0.0)
        heading = atan(slope)
        middle = slope * max(z, 0.0) / 2
        return Frame(
            middle + lateral * cos(heading), z - lateral * sin(heading), heading + yaw, base
        )

    def stretch(self, z: float) -> float:
        """Gives the length of the street per metre of z."""
        return sqrt(1 + (self.curvature * max(z, 0.0)) ** 2)

    def first_visible(self, lateral: float) -> float:
        """Gives the z from which on a lateral position is inside the image."""
        offset = lateral - self.camera_lateral
        side = 1 if offset > 0 else -1
        return abs(offset) / tan(_HALF_VIEW + side * self.camera.yaw)

    def is_free(self, z: float, margin: float = 2.0) -> bool:
        """Tells whether no cross street is near a position."""
        return all(z < start - margin or z > end + margin for start, end in self.junctions)

    def blocks(self, start: float = -4.0, end: float = END) -> list[tuple[float, float]]:
        """Gives the ranges of z between the cross streets."""
        edges = [start]
        for first, last in self.junctions:
            edges += [first, last]
        edges.append(end)
        return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def sample_street_plan(rng: SceneRNG) -> StreetPlan:
    """Draws a street.

    Args:
        rng: Random choices.

    Returns:
        The plan.
    """
    style = rng.weighted({'town': 0.36, 'residential': 0.3, 'avenue': 0.2, 'parkside': 0.14})
    lane = rng.uniform(2.9, 3.5)
    lanes, median, tram = 1, 0.0, False
    if style == 'avenue':
        lanes = rng.integer(1, 2)
        median = rng.uniform(2.5, 6.0)
        if rng.chance(0.4):
            median, tram = 0.0, True
    elif style == 'town' and rng.chance(0.2):
        lanes = 2
    curved = rng.chance(0.4)
    curvature = rng.sign() * rng.uniform(1 / 700, 1 / 260) if curved else 0.0
    sides = tuple(_sample_side(rng, style, sign, median, tram, lanes * lane) for sign in (-1, 1))
    junctions = []
    if rng.chance(0.55):
        start = rng.uniform(24, 60)
        junctions.append((start, start + rng.uniform(9, 14)))
    if rng.chance(0.3):
        start = rng.uniform(85, 115)
        junctions.append((start, start + 11))
    crossing = None
    if junctions and rng.chance(0.6):
        crossing = junctions[0][0] - rng.uniform(4.5, 6.0)
    elif rng.chance(0.25):
        crossing = rng.uniform(11, 40)
    inner = median / 2 + (lane if tram else 0.0)
    in_lane = inner + lane * (rng.integer(1, lanes) - 0.5)
    lateral = in_lane + rng.uniform(-0.4, 0.4)
    pose = CameraPose(
        x=lateral,
        height=rng.uniform(1.22, 1.5),
        yaw=radians(rng.uniform(-5.5, 5.5) if rng.chance(0.75) else rng.uniform(-11, 11)),
        pitch=radians(rng.uniform(-0.3, 2.2)),
        roll=radians(rng.uniform(-0.7, 0.7)),
    )
    return StreetPlan(
        curvature=curvature,
        lane=lane,
        lanes=lanes,
        median=median,
        tram=tram,
        setts=style in ('town', 'residential') and rng.chance(0.14),
        sides=(sides[0], sides[1]),
        junctions=tuple(junctions),
        crossing=crossing,
        camera=pose,
        camera_lateral=lateral,
    )


def _sample_side(
    rng: SceneRNG, style: str, sign: int, median: float, tram: bool, lanes_width: float
) -> Roadside:
    """Draws one side of a street of a style."""
    kinds = {
        'town': {'town': 0.88, 'park': 0.06, 'wall': 0.06},
        'residential': {'garden': 0.75, 'town': 0.17, 'wall': 0.08},
        'avenue': {'town': 0.72, 'park': 0.2, 'wall': 0.08},
        'parkside': {'park': 0.55, 'town': 0.2, 'garden': 0.1, 'wall': 0.15},
    }[style]
    parking = rng.chance(0.6)
    kerb = median / 2 + lanes_width + (3.2 if tram else 0.0) + (PARKING if parking else 0.35)
    tree_chance = {'town': 0.35, 'residential': 0.5, 'avenue': 0.8, 'parkside': 0.5}[style]
    return Roadside(
        sign=sign,
        kerb=kerb,
        parking=parking,
        sidewalk=rng.uniform(2.0, 4.6),
        kind=rng.weighted(kinds),
        trees=rng.uniform(7.5, 13) if rng.chance(tree_chance) else 0.0,
    )
