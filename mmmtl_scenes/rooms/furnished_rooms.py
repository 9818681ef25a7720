"""What stands in a bedroom, a living room, an office and a kitchen.

What finds no place is left out: no room holds everything that is tried here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mmmtl_scenes.rooms.beds import add_bed
from mmmtl_scenes.rooms.clutter import scatter
from mmmtl_scenes.rooms.cupboards import (
    add_cupboard,
    add_kitchen,
    add_refrigerator,
    add_wall_shelf,
)
from mmmtl_scenes.rooms.floor_clutter import add_bin, add_plant
from mmmtl_scenes.rooms.groups import (
    add_armchair,
    add_coffee_table,
    add_dining_group,
    add_dresser,
    add_floor_things,
    add_mat,
    add_media,
    add_shelves,
    add_side_table,
    add_standing,
    add_wardrobe,
    add_workplace,
)
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lamps import add_floor_lamp, add_table_lamp
from mmmtl_scenes.rooms.plan import RoomPlan
from mmmtl_scenes.rooms.seats import add_sofa
from mmmtl_scenes.rooms.stage import RoomStage
from mmmtl_scenes.rooms.wall_hangings import (
    add_clock,
    add_mirror,
    add_radiator,
    add_whiteboard,
)

Furnisher = Callable[[RoomStage, RoomPlan], None]


@dataclass(frozen=True)
class RoomKind:
    """A kind of room.

    Args:
        furnish: Puts the furniture into it.
        large: Whether such rooms are larger than others.
        floors: How likely each floor is; see :func:`~mmmtl_scenes.rooms.shell.add_shell`.
        share: How many of the rooms are of this kind.
    """

    furnish: Furnisher
    large: bool
    floors: tuple[tuple[str, float], ...]
    share: float


def _furnish_bedroom(stage: RoomStage, plan: RoomPlan) -> None:
    rng = stage.rng
    width, length = rng.pick((0.95, 1.4, 1.6, 1.8)), rng.uniform(1.95, 2.1)
    tables = rng.integer(1, 2)
    frame = plan.stand(rng, (width + 0.5 * tables, 1.2, length))
    if frame is None:
        width, tables = 0.95, 1
        frame = plan.stand(rng, (width + 0.5 * tables, 1.2, length))
    if frame is not None:
        side = rng.sign()
        shift = 0.0 if tables == 2 else -side * 0.25
        add_bed(stage, frame.at(shift, 0), width, length)
        for x in (side,) if tables == 1 else (-1, 1):
            place = frame.at(shift + x * (width / 2 + 0.26), length / 2 - 0.22)
            high = rng.uniform(0.45, 0.6)
            size = (0.44, high, 0.4)
            add_cupboard(stage, place, size, RoomLabel.NIGHT_STAND, (1, rng.integer(1, 3)))
            top = place.at(0, 0, base=high)
            if rng.chance(0.65):
                add_table_lamp(stage, top.at(0.05 * x, 0.04))
                scatter(stage, top.at(0, -0.06), (0.36, 0.26), 2, ((0.05 * x, 0.1, 0.1),))
            else:
                scatter(stage, top, (0.4, 0.36), 3)
        if rng.chance(0.5):
            add_mat(stage, frame.at(0, -length * 0.4), (width + 1.0, 1.5))
    if rng.chance(0.7):
        add_dresser(stage, plan)
    if rng.chance(0.55):
        add_wardrobe(stage, plan)
    if rng.chance(0.4):
        add_workplace(stage, plan)
    if rng.chance(0.4):
        add_shelves(stage, plan)
    if rng.chance(0.25):
        add_armchair(stage, plan)
    add_floor_things(stage, plan, rng.integer(2, 5))


def _furnish_living_room(stage: RoomStage, plan: RoomPlan) -> None:
    rng = stage.rng
    width = rng.uniform(1.5, 2.3)
    frame = plan.stand(rng, (width, 1.0, 0.92), before=0.0)
    if frame is not None:
        add_sofa(stage, frame, width)
        add_coffee_table(stage, plan, frame)
    if rng.chance(0.45):
        side = rng.uniform(1.5, 2.0)
        second = plan.stand(rng, (side, 1.0, 0.92))
        if second is not None:
            add_sofa(stage, second, side)
    if rng.chance(0.8):
        add_media(stage, plan)
    for _ in range(rng.integer(0, 2)):
        add_armchair(stage, plan)
    for _ in range(rng.integer(0, 2)):
        add_shelves(stage, plan)
    if rng.chance(0.3):
        add_dresser(stage, plan)
    if rng.chance(0.5):
        add_standing(stage, plan, add_floor_lamp, 0.45)
    if rng.chance(0.35):
        add_side_table(stage, plan)
    if rng.chance(0.25):
        add_dining_group(stage, plan)
    add_floor_things(stage, plan, rng.integer(1, 4))


def _furnish_office(stage: RoomStage, plan: RoomPlan) -> None:
    rng = stage.rng
    for _ in range(rng.integer(1, 3)):
        add_workplace(stage, plan)
    for _ in range(rng.integer(1, 3)):
        add_shelves(stage, plan)
    if rng.chance(0.6):
        size = (rng.uniform(0.45, 0.9), rng.uniform(0.7, 1.4), 0.5)
        frame = plan.stand(rng, size)
        if frame is not None:
            add_cupboard(stage, frame, size, RoomLabel.CABINET, (1, rng.integer(2, 4)))
            scatter(stage, frame.at(0, 0, base=size[1]), (size[0], size[2]), 3)
    if rng.chance(0.6):
        board = rng.uniform(1.2, 2.0)
        place = plan.hang(rng, (board, 1.05), (0.85, 1.05))
        if place is not None:
            add_whiteboard(stage, place, board)
    if rng.chance(0.35):
        add_dining_group(stage, plan)
    if rng.chance(0.3):
        add_armchair(stage, plan)
    if rng.chance(0.25):
        width = rng.uniform(1.4, 1.9)
        sofa = plan.stand(rng, (width, 1.0, 0.92))
        if sofa is not None:
            add_sofa(stage, sofa, width)
    add_standing(stage, plan, add_bin, 0.3)
    add_floor_things(stage, plan, rng.integer(1, 4))


def _furnish_kitchen(stage: RoomStage, plan: RoomPlan) -> None:
    rng = stage.rng
    for _ in range(rng.integer(1, 2)):
        width, upper = rng.uniform(1.6, 2.8), True
        frame = plan.stand(rng, (width, 2.2, 0.64))
        if frame is None:
            width, upper = rng.uniform(1.2, 1.8), False
            frame = plan.stand(rng, (width, 0.96, 0.64))
        if frame is not None:
            add_kitchen(stage, frame, width, upper)
            free = frame.at(0, 0, base=0.91)
            scatter(stage, free.at(0, 0.05), (width * 0.9, 0.4), rng.integer(3, 7))
    if rng.chance(0.75):
        size = (rng.uniform(0.6, 0.85), rng.uniform(1.5, 1.9), 0.68)
        place = plan.stand(rng, size)
        if place is not None:
            add_refrigerator(stage, place, size)
    if rng.chance(0.9):
        add_dining_group(stage, plan)
    if rng.chance(0.4):
        add_dresser(stage, plan)
    if rng.chance(0.3):
        add_media(stage, plan)
    if rng.chance(0.35):
        clock = plan.hang(rng, (0.3, 0.3), (1.6, 1.9))
        if clock is not None:
            add_clock(stage, clock)
    add_floor_things(stage, plan, rng.integer(1, 3))


def add_common_things(stage: RoomStage, plan: RoomPlan) -> None:
    """Adds what every kind of room may have: radiators, wall shelves, mirrors, plants.

    Furniture is added to a room that is still rather empty.
    """
    rng = stage.rng
    for _ in range(8):
        if len(plan.floor) > 6:
            break
        rng.pick((add_dresser, add_shelves, add_armchair, add_wardrobe, add_workplace))(stage, plan)
    if rng.chance(0.25):
        width = rng.uniform(0.6, 1.2)
        frame = plan.stand(rng, (width, 0.68, 0.14))
        if frame is not None:
            add_radiator(stage, frame.at(0, 0.07), width)
    if rng.chance(0.5):
        width = rng.uniform(0.6, 1.3)
        shelf = plan.hang(rng, (width, 0.4), (1.2, 1.6))
        if shelf is not None:
            add_wall_shelf(stage, shelf, width)
    if rng.chance(0.35):
        size = rng.uniform(0.4, 0.7), rng.uniform(0.6, 1.2)
        mirror = plan.hang(rng, size, (0.6, 1.1))
        if mirror is not None:
            add_mirror(stage, mirror, *size)
    if rng.chance(0.5):
        height = rng.uniform(0.6, 1.5)
        spot = plan.place(rng, 0.45, 0.45)
        if spot is not None:
            add_plant(stage, spot, height)


ROOM_KINDS: tuple[RoomKind, ...] = (
    RoomKind(_furnish_bedroom, False, (('boards', 0.5), ('carpet', 0.5)), 0.32),
    RoomKind(_furnish_living_room, True, (('boards', 0.6), ('carpet', 0.4)), 0.3),
    RoomKind(_furnish_office, True, (('carpet', 0.55), ('boards', 0.3), ('tiles', 0.15)), 0.2),
    RoomKind(_furnish_kitchen, True, (('tiles', 0.6), ('boards', 0.4)), 0.18),
)
"""The kinds of rooms."""
