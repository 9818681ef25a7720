"""Looks at things of the renderer from all sides, and at samples of its materials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, pi, sin
from typing import NamedTuple

import numpy as np

from mmmtl_scenes.engine.camera import CameraPose, PinholeCamera
from mmmtl_scenes.engine.ray_casting import cast_rays
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame, Material, Solids
from mmmtl_scenes.engine.surface import Appearance, Surface, visible_surface
from mmmtl_scenes.rooms.stage import Palette, RoomStage
from mmmtl_scenes.streets.lighting import StreetLighting
from mmmtl_scenes.streets.plan import Roadside, StreetPlan
from mmmtl_scenes.streets.stage import StreetStage

SIDE = 96
"""Pixels of a view, each way."""


def sunlight(**changes: object) -> StreetLighting:
    """A high sun in the south-east of a street, in clear air."""
    light: dict[str, object] = dict(
        sun=(0.48, -0.6, -0.64),
        sun_color=(2.0, 1.9, 1.8),
        sky_color=(0.5, 0.6, 0.8),
        bounce_color=(0.3, 0.3, 0.25),
        haze_color=(0.9, 0.95, 1.0),
        haze_distance=500.0,
        zenith_color=(0.3, 0.5, 0.8),
        clouds=0.2,
    )
    return StreetLighting(**{**light, **changes})  # type: ignore[arg-type]


def street_stage(seed: int = 0) -> StreetStage:
    """An empty street in which everything is built in full detail."""
    return StreetStage(SceneRNG(seed), sunlight(), detailed=1e6)


def room_stage(seed: int = 0, night: bool = False) -> RoomStage:
    """An empty room."""
    return RoomStage(SceneRNG(seed), Palette.sample(SceneRNG(99)), night)


class Seen(NamedTuple):
    """What is seen from above and from four sides.

    Args:
        labels: Label of every point, shape (N,).
        points: x, height and z of every point, shape (N, 3).
        pixel: Extent of a pixel in metres, which limits how exact extents are.
    """

    labels: np.ndarray
    points: np.ndarray
    pixel: float

    def of(self, *labels: int) -> Seen:
        """Gives the points of some labels."""
        keep = np.isin(self.labels, labels)
        return Seen(self.labels[keep], self.points[keep], self.pixel)

    @property
    def names(self) -> set[int]:
        return set(self.labels.tolist())

    @property
    def low(self) -> np.ndarray:
        return self.points.min(axis=0)

    @property
    def high(self) -> np.ndarray:
        return self.points.max(axis=0)


def see(solids: Solids, span: float) -> Seen:
    """Looks at what stands at the origin, from so far away that perspective hardly counts.

    Args:
        solids: What to look at.
        span: Side in metres of the cube around the origin that fits into the images.
    """
    away = 20.0 * span
    poses = [CameraPose(height=away, pitch=pi / 2)]
    poses += [
        CameraPose(-away * sin(yaw), 0.25 * span, -away * cos(yaw), yaw)
        for yaw in (0.0, pi / 2, pi, -pi / 2)
    ]
    labels, points = [], []
    for pose in poses:
        camera = PinholeCamera(SIDE, SIDE, SIDE * 20.0, pose)
        hits = cast_rays(solids.seen_from(pose), camera)
        found = hits.solid >= 0
        depth = hits.depth[found].astype(np.float64)
        x, y = camera.slopes()
        rays = np.stack(np.broadcast_arrays(x, y[:, None], np.float32(1)), axis=-1)[found]
        world = (rays * depth[:, None]) @ pose.rotation.T + pose.position
        labels.append(solids.label[hits.solid[found]])
        points.append(world * (1, -1, 1))
    return Seen(np.concatenate(labels), np.concatenate(points), span / SIDE)


@dataclass(frozen=True)
class Thing:
    """What a builder promises.

    Args:
        add: Adds it to a stage at a frame.
        label: The label it is about.
        size: Width, height and depth in metres that it never exceeds.
        others: Labels that it may have besides.
        floats: How far above the floor its underside may be in metres.
    """

    add: Callable[..., object]
    label: int
    size: tuple[float, float, float]
    others: frozenset[int] = frozenset()
    floats: float = 0.0


def check_thing(thing: Thing, stage: Callable[[int], StreetStage | RoomStage]) -> None:
    """Checks what holds for everything that is built at a frame.

    It stands on the floor within its size, seen with its label and no foreign one, the same for
    the same seed, another one for another; and it moves with its frame.
    """
    width, height, depth = thing.size
    built = [_build(thing, stage(seed), Frame()) for seed in range(12)]
    for solids in built[:4]:
        seen = see(solids, 1.1 * max(width, depth, 1.05 * height * 4 / 3))
        slack = seen.pixel
        # What annotators miss has no label, which is 0.
        assert seen.names & {thing.label, *(thing.others & {0})}
        assert seen.names <= {thing.label, *thing.others}
        assert -0.25 - slack < seen.low[1] < thing.floats + slack
        assert seen.high[1] < height + slack
        assert (np.abs(seen.points[:, 0]) < width / 2 + slack).all()
        assert (np.abs(seen.points[:, 2]) < depth / 2 + slack).all()
    again = _build(thing, stage(0), Frame())
    assert arrays(again) == arrays(built[0])
    assert len({arrays(solids) for solids in built}) >= 4

    frame = Frame(3.0, 2.0, 0.7, 0.5)
    moved = _build(thing, stage(0), frame)
    x, y, z = built[0].center.T
    expected = np.stack(
        [3 + cos(0.7) * x + sin(0.7) * z, y - 0.5, 2 - sin(0.7) * x + cos(0.7) * z], axis=1
    )
    np.testing.assert_allclose(moved.center, expected, atol=1e-9)
    assert moved.label.tolist() == built[0].label.tolist()


def check_labels(
    thing: Thing, stage: Callable[[int], StreetStage | RoomStage], seeds: Iterable[int] = range(80)
) -> None:
    """Checks that every label which is promised occurs, and no other."""
    found: set[int] = set()
    for seed in seeds:
        found |= set(_build(thing, stage(seed), Frame()).label.tolist())
    assert found == {thing.label, *thing.others}


def _build(thing: Thing, stage: StreetStage | RoomStage, frame: Frame) -> Solids:
    thing.add(stage, frame)
    return stage.solids.build()


def arrays(solids: Solids) -> bytes:
    """Gives everything about solids but their materials."""
    names = ('center', 'half', 'axes', 'planes', 'offsets', 'inverse_radii', 'ragged', 'label',
             'color', 'params')  # fmt: skip
    return b''.join(getattr(solids, name).tobytes() for name in names)


class Sample(NamedTuple):
    """A square metre of a material: its points, its looks, and both as images."""

    surface: Surface
    looks: Appearance

    def image(self, values: np.ndarray) -> np.ndarray:
        """Gives values (N,) or (3, N) of the points as (SIDE, SIDE) or (3, SIDE, SIDE)."""
        order = np.argsort(self.surface.pixel)
        return values[..., order].reshape(*values.shape[:-1], SIDE, SIDE)

    @property
    def albedo(self) -> np.ndarray:
        """np.ndarray: What is scattered back, shape (3, SIDE, SIDE)."""
        return self.image(np.broadcast_to(self.looks.albedo, (3, len(self.surface))))

    @property
    def glow(self) -> np.ndarray:
        """np.ndarray: What is sent out, shape (3, SIDE, SIDE)."""
        assert self.looks.glow is not None
        return self.image(np.broadcast_to(self.looks.glow, (3, len(self.surface))))


def sample_of(
    material: Material,
    color: Color = (0.6, 0.5, 0.4),
    accent: Color = (0.3, 0.4, 0.5),
    params: tuple[float, ...] = (),
    size: tuple[float, float, float] = (1.0, 1.0, 1.0),
    face: str = 'back',
    far: float = 6.0,
) -> Sample:
    """Looks straight at one face of a box, which fills the image, and asks the material.

    Args:
        material: The material.
        color: First colour, gamma encoded.
        accent: Second colour.
        params: Its parameters.
        size: Width, height and length of the box.
        face: ``'back'`` (towards -z), ``'front'`` (towards z), ``'left'`` or ``'top'``.
        far: Distance of the camera from the face in metres.
    """
    builder = SolidBuilder()
    builder.box(Frame(), material, 1, size, (0, 0, 0), color, accent, params=params)
    width, height, length = size
    wide, high, pose = {
        'back': (width, height, CameraPose(0, height / 2, -far - length / 2)),
        'front': (width, height, CameraPose(0, height / 2, far + length / 2, pi)),
        'left': (length, height, CameraPose(-far - width / 2, height / 2, 0, pi / 2)),
        'top': (width, length, CameraPose(0, far + height, 0, pitch=pi / 2)),
    }[face]
    # A little less than the face: rays along its very edge may miss it.
    camera = PinholeCamera(SIDE, SIDE, 1.001 * SIDE * far / wide, pose, aspect=wide / high)
    solids = builder.build().seen_from(pose)
    surface = visible_surface(solids, camera, cast_rays(solids, camera))
    assert len(surface) == SIDE**2
    return Sample(surface, material(surface))


def check_looks(sample: Sample) -> None:
    """Checks what holds for all materials: finite shares of light, of the shapes they promise."""
    looks, count = sample.looks, len(sample.surface)
    assert looks.albedo.shape == (3, count)
    assert ((looks.albedo >= 0) & (looks.albedo <= 1)).all()
    gloss = np.broadcast_to(looks.gloss, count)
    assert ((gloss >= -1e-6) & (gloss <= 1)).all()
    if looks.glow is not None:
        glow = np.broadcast_to(looks.glow, (3, count))
        assert np.isfinite(glow).all()
        assert (glow >= 0).all()
    assert 0 <= looks.softness <= 1


def street_plan(**changes: object) -> StreetPlan:
    """A straight street of two lanes, with parking and sidewalks of 3 m."""
    sides = tuple(Roadside(sign, 5.5, True, 3.0, 'town', 0.0) for sign in (-1, 1))
    plan: dict[str, object] = dict(
        curvature=0.0,
        lane=3.2,
        lanes=1,
        median=0.0,
        tram=False,
        setts=False,
        sides=sides,
        junctions=(),
        crossing=None,
        camera=CameraPose(x=1.6),
        camera_lateral=1.6,
    )
    return StreetPlan(**{**plan, **changes})  # type: ignore[arg-type]
