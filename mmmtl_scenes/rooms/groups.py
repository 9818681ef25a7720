"""Furniture with what belongs to it: a desk with computer and chair, a table with chairs.

Every function looks for a place in the plan of a room, and adds nothing if it finds none.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.clutter import scatter
from mmmtl_scenes.rooms.computers import add_laptop, add_monitor
from mmmtl_scenes.rooms.cupboards import add_bookshelf, add_cupboard
from mmmtl_scenes.rooms.floor_clutter import (
    add_bag,
    add_basket,
    add_box,
    add_boxes,
    add_clothes,
    add_toy,
)
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lamps import add_table_lamp
from mmmtl_scenes.rooms.materials import carpet
from mmmtl_scenes.rooms.plan import RoomPlan
from mmmtl_scenes.rooms.seats import add_chair, add_office_chair, add_ottoman, add_sofa
from mmmtl_scenes.rooms.stage import RoomStage
from mmmtl_scenes.rooms.tables import add_desk, add_table, add_tripod_table
from mmmtl_scenes.rooms.tableware import add_books, add_bottle, add_vase
from mmmtl_scenes.rooms.wall_hangings import add_television


def add_mat(stage: RoomStage, frame: Frame, size: tuple[float, float]) -> None:
    """Adds a mat, 8 mm thick, which may lie under furniture."""
    rng = stage.rng
    color, accent = stage.cloth(), stage.cloth()
    params = (float(rng.integer(0, 4)), rng.uniform(0.12, 0.25))
    stage.solids.box(
        frame,
        carpet,
        RoomLabel.FLOOR_MAT,
        (size[0], 0.008, size[1]),
        color=color,
        accent=accent,
        params=params,
    )


def add_coffee_table(stage: RoomStage, plan: RoomPlan, sofa: Frame) -> None:
    """Adds a low table, and perhaps a mat, before a sofa."""
    rng = stage.rng
    width, depth, height = (
        rng.uniform(0.7, 1.2),
        rng.uniform(0.45, 0.65),
        rng.uniform(0.36, 0.48),
    )
    place = sofa.at(rng.uniform(-0.2, 0.2), -0.46 - 0.35 - depth / 2)
    if rng.chance(0.6):
        add_mat(stage, place, (rng.uniform(1.8, 2.4), rng.uniform(1.3, 1.8)))
    if not plan.take(place, width, depth):
        return
    round_ = rng.chance(0.2)
    add_table(stage, place, (width, height, width if round_ else depth), stage.wood(), round_)
    area = (0.65 * width, 0.65 * width) if round_ else (width, depth)
    scatter(stage, place.at(0, 0, base=height), area, rng.integer(1, 5))


def add_media(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a television, on a low cupboard or on the wall."""
    rng = stage.rng
    width = rng.uniform(0.8, 1.3)
    size = (width + rng.uniform(0.1, 0.5), rng.uniform(0.42, 0.6), 0.45)
    frame = plan.stand(rng, (size[0], size[1] + width * 0.6 + 0.1, size[2]))
    if frame is None:
        place = plan.hang(rng, (width, width * 0.58), (1.0, 1.4))
        if place is not None:
            add_television(stage, place, width, stands=False)
        return
    add_cupboard(stage, frame, size, RoomLabel.TV_STAND, (rng.integer(2, 3), 1))
    add_television(stage, frame.at(0, 0.02, base=size[1]), width, stands=True)


def add_armchair(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds an armchair or an ottoman that looks at the middle of the room or at the camera."""
    rng = stage.rng
    if rng.chance(0.25):
        spot = plan.place(rng, 0.65, 0.65)
        if spot is not None:
            add_ottoman(stage, spot)
        return
    yaw = rng.uniform(-1.2, 1.2)
    frame = plan.place(rng, 0.95, 0.92, yaw)
    if frame is not None:
        label = RoomLabel.CHAIR if rng.chance(0.6) else RoomLabel.SOFA
        add_sofa(stage, frame, 0.92, label)


def add_dresser(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a chest of drawers with things on it, sometimes a television."""
    rng = stage.rng
    size = (rng.uniform(0.8, 1.5), rng.uniform(0.75, 1.05), rng.uniform(0.4, 0.5))
    frame = plan.stand(rng, (size[0], size[1] + 0.3, size[2]))
    if frame is None:
        return
    fronts = (rng.integer(1, 3), rng.integer(3, 4))
    add_cupboard(stage, frame, size, RoomLabel.DRESSER, fronts)
    top = frame.at(0, 0, base=size[1])
    if rng.chance(0.35):
        add_television(stage, top, min(0.9, size[0] * 0.8), stands=True)
    elif rng.chance(0.5):
        x = rng.sign() * (size[0] / 2 - 0.2)
        add_table_lamp(stage, top.at(x, 0))
        scatter(stage, top, (size[0], size[2]), 4, ((x, 0.0, 0.12),))
    else:
        scatter(stage, top, (size[0], size[2]), rng.integer(2, 6))


def add_wardrobe(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a wardrobe, sometimes with a box on it."""
    rng = stage.rng
    columns = rng.integer(1, 3)
    size = (columns * rng.uniform(0.45, 0.6), rng.uniform(1.85, 2.2), 0.58)
    frame = plan.stand(rng, size)
    if frame is not None:
        add_cupboard(stage, frame, size, RoomLabel.WARDROBE, (columns, 1))
        if rng.chance(0.3):
            add_box(stage, frame.at(0, 0, base=size[1]), 0.4)


def add_shelves(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a low or a high bookshelf."""
    rng = stage.rng
    size = (rng.uniform(0.6, 1.4), rng.pick((0.8, 1.1, 1.5, 1.9, 2.1)), rng.uniform(0.26, 0.34))
    frame = plan.stand(rng, size)
    if frame is not None:
        add_bookshelf(stage, frame, size)
        if size[1] < 1.6:
            scatter(stage, frame.at(0, 0, base=size[1] - 0.015), (size[0], size[2]), 3)


def add_workplace(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a desk with a computer and a chair before it."""
    rng = stage.rng
    width, depth = rng.uniform(1.1, 1.7), rng.uniform(0.6, 0.78)
    frame = plan.stand(rng, (width, 1.15, depth))
    if frame is None:
        return
    add_desk(stage, frame, width, depth)
    top = frame.at(0, 0, base=0.74)
    x = rng.uniform(-0.2, 0.2) * width
    if rng.chance(0.6):
        add_monitor(stage, top.at(x, 0.08, rng.uniform(-0.3, 0.3)))
    else:
        add_laptop(stage, top.at(x, -0.05, rng.uniform(-0.4, 0.4)))
    taken = [(x, 0.0, 0.33)]
    if rng.chance(0.4):
        lamp = -0.4 * width if x > 0 else 0.4 * width
        add_table_lamp(stage, top.at(lamp, depth * 0.3))
        taken.append((lamp, depth * 0.3, 0.12))
    scatter(stage, top, (width, depth), rng.integer(3, 9), tuple(taken))
    chair = frame.at(x + rng.uniform(-0.15, 0.15), -depth / 2 - rng.uniform(0.15, 0.45))
    if plan.take(chair.at(0, -0.1), 0.5, 0.4):
        # The chair looks at the desk, that is along the z axis of its frame.
        turned = chair.at(0, 0, pi + rng.uniform(-0.7, 0.7))
        if rng.chance(0.7):
            add_office_chair(stage, turned)
        else:
            add_chair(stage, turned, stage.wood())


def add_dining_group(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a table with chairs around it."""
    rng = stage.rng
    round_ = rng.chance(0.3)
    width = rng.uniform(0.9, 1.2) if round_ else rng.uniform(1.1, 1.9)
    depth = width if round_ else rng.uniform(0.75, 0.95)
    yaw = rng.pick((0.0, pi / 2)) + rng.uniform(-0.12, 0.12)
    frame = plan.place(rng, width + 0.5, depth + 0.7, yaw)
    if frame is None:
        return
    height = rng.uniform(0.72, 0.77)
    color = stage.wood()
    add_table(stage, frame, (width, height, depth), color, round_)
    area = (0.65 * width, 0.65 * depth) if round_ else (width, depth)
    scatter(stage, frame.at(0, 0, base=height), area, rng.integer(2, 7))
    chair_color = color if rng.chance(0.6) else stage.wood()
    if round_:
        count = rng.integer(2, 4)
        for i in range(count):
            turn = 2 * pi * (i + rng.uniform(-0.1, 0.1)) / count
            reach = width / 2 + rng.uniform(0.0, 0.2)
            chair = frame.at(reach * sin(turn), reach * cos(turn), turn)
            add_chair(stage, chair, chair_color)
        return
    columns = 2 if width > 1.3 else 1
    for side in (-1, 1):
        for i in range(columns):
            if rng.chance(0.15):
                continue
            x = (i - (columns - 1) / 2) * 0.62
            z = side * (depth / 2 + rng.uniform(-0.02, 0.2))
            turn = (0.0 if side > 0 else pi) + rng.uniform(-0.2, 0.2)
            add_chair(stage, frame.at(x, z, turn), chair_color)


def add_standing(
    stage: RoomStage, plan: RoomPlan, adder: Callable[[RoomStage, Frame], None], side: float
) -> None:
    """Adds a thing of a square outline beside a wall."""
    frame = plan.stand(stage.rng, (side, 1.2, side))
    if frame is not None:
        adder(stage, frame)


def add_side_table(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds a small table with a lamp, a vase or the like."""
    frame = plan.stand(stage.rng, (0.5, 0.9, 0.5))
    if frame is None:
        return
    height = stage.rng.uniform(0.48, 0.62)
    add_tripod_table(stage, frame, height)
    top = frame.at(0, 0, base=height)
    stage.rng.pick((add_table_lamp, add_vase, add_books, add_bottle))(stage, top)


def add_floor_things(stage: RoomStage, plan: RoomPlan, count: int) -> None:
    """Adds boxes, baskets, bags and toys on the floor."""
    rng = stage.rng
    for _ in range(count):
        frame = plan.place(rng, 0.5, 0.5, rng.uniform(-0.8, 0.8))
        if frame is None:
            continue
        adder = rng.pick((add_basket, add_bag, add_toy, add_clothes, add_boxes, add_boxes))
        adder(stage, frame)
