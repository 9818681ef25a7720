"""What hangs on walls: pictures, mirrors, clocks, screens and boards.

Frames are on the surface of a wall, at the lower edge of the thing.
"""

from __future__ import annotations

from mmmtl_scenes.engine.materials import metal, plain
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.front_materials import (
    clock_face,
    mirror_glass,
    picture,
    screen,
    whiteboard,
)
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.materials import wood
from mmmtl_scenes.rooms.plan import RoomPlan
from mmmtl_scenes.rooms.stage import RoomStage

_FRAMES = ((0.12, 0.11, 0.1), (0.4, 0.26, 0.15), (0.7, 0.58, 0.32), (0.88, 0.87, 0.84))


def add_picture(stage: RoomStage, frame: Frame, width: float, height: float) -> None:
    """Adds a framed picture, or one on bare canvas."""
    rng = stage.rng
    rim = rng.uniform(0.015, 0.05) if rng.chance(0.85) else 0.001
    mount = rng.uniform(0.03, 0.08) if rng.chance(0.5) else 0.0
    params = (float(rng.integer(0, 4)), rng.random(), rim, mount * min(width, height) / 0.5)
    stage.solids.box(
        frame,
        picture,
        RoomLabel.PICTURE,
        (width, height, 0.03),
        (0, 0, -0.015),
        rng.shade(rng.pick(_FRAMES)),
        (0.9, 0.89, 0.85),
        params=params,
    )


def add_pictures(stage: RoomStage, plan: RoomPlan, count: int) -> None:
    """Hangs pictures wherever there is a place, some of them in groups."""
    rng = stage.rng
    for _ in range(count):
        width, height = rng.uniform(0.3, 0.85), rng.uniform(0.3, 0.75)
        group = rng.integer(2, 3) if width < 0.45 and rng.chance(0.5) else 1
        pitch = width + 0.08
        frame = plan.hang(rng, (group * pitch - 0.08, height), (1.15, 1.6))
        if frame is None:
            continue
        for i in range(group):
            add_picture(stage, frame.at((i - (group - 1) / 2) * pitch, 0), width, height)


def add_mirror(stage: RoomStage, frame: Frame, width: float, height: float) -> None:
    """Adds a mirror."""
    stage.solids.box(
        frame,
        mirror_glass,
        RoomLabel.MIRROR,
        (width, height, 0.03),
        (0, 0, -0.015),
        stage.wood(),
        stage.palette.wall,
        params=(stage.rng.random(),),
    )


def add_clock(stage: RoomStage, frame: Frame) -> None:
    """Adds a round clock of 0.3 m."""
    stage.solids.cylinder(
        frame,
        clock_face,
        RoomLabel.CLOCK,
        (0.3, 0.3, 0.04),
        (0, 0, -0.02),
        stage.rng.pick(_FRAMES),
        axis='z',
        params=(stage.rng.random(),),
    )


def add_television(stage: RoomStage, frame: Frame, width: float, stands: bool) -> None:
    """Adds a television.

    Args:
        stage: Where to add it.
        frame: Its place on a wall, or on what it stands on.
        width: Width in metres.
        stands: Whether it stands on a foot.
    """
    rng, label = stage.rng, RoomLabel.TELEVISION
    dark = (0.07, 0.07, 0.08)
    params = (float(rng.chance(0.45)), rng.random())
    low = 0.06 if stands else 0.0
    depth = -0.035 if not stands else 0.0
    if stands:
        stage.contact(frame, (width * 0.25, 0.14), 0.4)
        stage.solids.box(frame, plain, label, (width * 0.45, 0.015, 0.22), color=dark)
        stage.solids.box(frame, plain, label, (0.1, 0.08, 0.04), (0, 0.01, 0.01), dark)
    stage.solids.box(
        frame, screen, label, (width, width * 0.58, 0.05), (0, low, depth), dark, params=params
    )


def add_whiteboard(stage: RoomStage, frame: Frame, width: float) -> None:
    """Adds a whiteboard, one metre high, with a ledge for pens."""
    stage.solids.box(
        frame,
        whiteboard,
        RoomLabel.WHITEBOARD,
        (width, 1.0, 0.03),
        (0, 0, -0.015),
        params=(stage.rng.random(),),
    )
    ledge = (width * 0.6, 0.02, 0.07)
    stage.solids.box(frame, metal, RoomLabel.WHITEBOARD, ledge, (0, -0.02, -0.04), (0.7, 0.7, 0.72))


def add_radiator(stage: RoomStage, frame: Frame, width: float) -> None:
    """Adds a radiator of upright ribs, its frame at the foot of the wall."""
    color = stage.rng.shade((0.88, 0.87, 0.84), 0.04)
    count = max(4, round(width / 0.075))
    for i in range(count):
        x = (i - (count - 1) / 2) * width / count
        rib = (width / count * 0.72, 0.55, 0.09)
        stage.solids.box(
            frame, plain, RoomLabel.RADIATOR, rib, (x, 0.12, -0.075), color, params=(0.06,)
        )
    for level in (0.16, 0.6):
        bar = (width, 0.04, 0.05)
        stage.solids.box(frame, wood, RoomLabel.RADIATOR, bar, (0, level, -0.07), color)
