"""Random rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import atan2, cos, pi, radians, sin

import numpy as np

from mmmtl_scenes.engine.camera import KINECT_OPTICS, CameraPose
from mmmtl_scenes.engine.render import Rendering, Scene, Sensor, render
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG
from mmmtl_scenes.engine.shadow_maps import ShadowMap
from mmmtl_scenes.engine.shadows import Blobs
from mmmtl_scenes.engine.solids import Solids
from mmmtl_scenes.rooms.furnished_rooms import ROOM_KINDS, add_common_things
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lamps import add_ceiling_lamp
from mmmtl_scenes.rooms.lighting import RoomLighting, Source, Sunbeam
from mmmtl_scenes.rooms.plan import RoomPlan, sample_room_plan
from mmmtl_scenes.rooms.shell import add_door, add_shell
from mmmtl_scenes.rooms.stage import Palette, RoomStage
from mmmtl_scenes.rooms.wall_hangings import add_pictures
from mmmtl_scenes.rooms.windows import Opening, add_window, sample_openings

_UNSHADED = (
    RoomLabel.WALL,
    RoomLabel.FLOOR,
    RoomLabel.FLOOR_MAT,
    RoomLabel.CEILING,
    RoomLabel.WINDOW,
    RoomLabel.BLINDS,
    RoomLabel.CURTAIN,
    RoomLabel.DOOR,
    RoomLabel.PICTURE,
    RoomLabel.LIGHT,
)
"""What casts no shadow: the room itself, and what lets light through or lies flat on a wall."""


def sample_room(seed: int | Sequence[int]) -> Scene:
    """Draws a room.

    Args:
        seed: A non-negative integer or several of them, such as ``(seed, index)``.

    Returns:
        The scene; the same for the same seed. Its labels are the raw ids of NYUv2.
    """
    rng = SceneRNG(seed)
    kind = rng.weighted(dict(zip(ROOM_KINDS, (item.share for item in ROOM_KINDS), strict=True)))
    plan = sample_room_plan(rng, kind.large)
    stage = RoomStage(rng, Palette.sample(rng), night=rng.chance(0.25))
    openings = sample_openings(rng, plan)
    floor = add_shell(stage, plan, openings, rng.weighted(dict(kind.floors)))
    for opening in openings:
        add_window(stage, opening)
    kind.furnish(stage, plan)
    add_common_things(stage, plan)
    if rng.chance(0.35):
        add_door(stage, plan)
    add_pictures(stage, plan, rng.integer(1, 4))
    add_ceiling_lamp(stage, plan)
    solids = stage.solids.build()
    return Scene(
        solids=solids,
        lighting=_light(stage, plan, openings, solids, floor),
        blobs=Blobs.of(stage.blobs),
        pose=plan.camera,
        sensor=_sample_sensor(rng),
        optics=KINECT_OPTICS,
        background=RoomLabel.UNLABELED,
        label_type=np.uint16,
    )


def render_room(
    seed: int | Sequence[int], size: tuple[int, int] = (288, 384), supersample: int = 1
) -> Rendering:
    """Draws a room and renders it.

    Args:
        seed: A non-negative integer or several of them, such as ``(seed, index)``. The scene
            depends on the seed alone; the size only chooses the pixels.
        size: Height and width of the image in pixels, even numbers. The camera is that of NYUv2 at
            every size of its proportion, 3 : 4.
        supersample: Every pixel's colour is the mean of this number squared of rays.

    Returns:
        Image and labels; the same bytes for the same arguments. Label ids are the raw ids of NYUv2
        (uint16), 0 where a pixel is not labelled.

    Raises:
        ValueError: If ``size`` or ``supersample`` is out of range.
    """
    return render(sample_room(seed), size, supersample)


def _sample_sensor(rng: SceneRNG) -> Sensor:
    warm = rng.uniform(-0.03, 0.07)
    return Sensor(
        brightness=rng.uniform(0.38, 0.52),
        contrast=rng.uniform(1.0, 1.25),
        balance=(1 + warm, 1 + rng.uniform(-0.01, 0.015), 1 - warm),
        noise=rng.uniform(1.0, 4.0),
        blur=rng.uniform(0.04, 0.14),
        vignette=rng.uniform(0.0, 0.18),
        seed=rng.integer(0, 2**31),
    )


def _light(
    stage: RoomStage, plan: RoomPlan, openings: list[Opening], solids: Solids, floor: Color
) -> RoomLighting:
    """Gathers the light of a furnished room, with the shadows of its furniture."""
    rng = stage.rng
    casting = solids.chosen(~np.isin(solids.label, _UNSHADED))
    sources = tuple(_shadowed(source, casting, plan) for source in stage.sources)
    # The more light comes in, the more the walls throw back.
    power = sum(max(source.color) for source in stage.sources)
    level = 0.3 + min(0.12 * power, 0.45)
    tint = (1.0, 0.9, 0.76) if stage.night else (0.97, 0.99, 1.02)
    wall = stage.palette.wall
    above = tuple(level * tint[i] * (0.55 + 0.5 * wall[i]) for i in range(3))
    below = tuple(level * tint[i] * (0.35 + 0.6 * floor[i]) for i in range(3))
    sun = None
    if openings and not stage.night and rng.chance(0.4):
        sun = _sunbeam(rng, rng.pick(openings), casting)
    return RoomLighting(
        extent=(-plan.width / 2, plan.width / 2, 0.0, plan.length, plan.height),
        above=(above[0], above[1], above[2]),
        below=(below[0], below[1], below[2]),
        sources=sources,
        sun=sun,
    )


def _shadowed(source: Source, casting: Solids, plan: RoomPlan) -> Source:
    """Gives a source with the shadows of what is in its light."""
    x, y, z = source.position
    if source.inward is not None:
        # Seen from behind the window, its light comes from a point.
        back = 0.35
        yaw = atan2(source.inward[0], source.inward[2])
        pose = CameraPose(
            x - back * source.inward[0], -y, z - back * source.inward[2], yaw, radians(12)
        )
        return replace(source, shadow=ShadowMap.cast(casting, pose, 224, 0.36, 5.0))
    if -y < 0.7 * plan.height:
        return source
    far = np.linalg.norm(casting.center - np.array(source.position), axis=1) > 0.4
    pose = CameraPose(x, -y, z, pitch=pi / 2)
    return replace(source, shadow=ShadowMap.cast(casting.chosen(far), pose, 224, 0.32, 4.0))


def _sunbeam(rng: SceneRNG, opening: Opening, casting: Solids) -> Sunbeam:
    """Lets the sun shine through a window."""
    frame = opening.frame
    turn = frame.yaw + rng.uniform(-0.9, 0.9)
    rise = radians(rng.uniform(18, 50))
    toward = (sin(turn) * cos(rise), -sin(rise), cos(turn) * cos(rise))
    middle = (frame.x, -(frame.base + opening.height / 2), frame.z)
    away = 12.0
    pose = CameraPose(
        x=middle[0] + away * toward[0],
        height=-middle[1] - away * toward[1],
        z=middle[2] + away * toward[2],
        yaw=atan2(-toward[0], -toward[2]),
        pitch=rise,
    )
    strength = rng.uniform(1.5, 3.0)
    return Sunbeam(
        toward=toward,
        color=(strength, strength * 0.9, strength * 0.72),
        middle=middle,
        along=(cos(frame.yaw), 0.0, -sin(frame.yaw)),
        half=(opening.width / 2 - 0.04, opening.height / 2 - 0.04),
        bars=0.06,
        shadow=ShadowMap.cast(casting, pose, 256, 1.7, 1.5),
    )
