"""What stands and moves in a street: vehicles, people, trees at the kerb and street furniture."""

from __future__ import annotations

from collections.abc import Callable
from math import pi

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets import furniture, people, plants, vehicles
from mmmtl_scenes.streets.plan import (
    LEFT_SIDE,
    PARKING,
    RIGHT_SIDE,
    Roadside,
    StreetPlan,
)
from mmmtl_scenes.streets.sides import KERB
from mmmtl_scenes.streets.stage import Stage

_TAKEN = list[tuple[float, float, float, float]]


class StreetLife:
    """Places objects so that none stands in another, and some are always well in view.

    Args:
        stage: Where to add the objects.
        plan: The street.
    """

    def __init__(self, stage: Stage, plan: StreetPlan) -> None:
        self._stage = stage
        self._plan = plan
        self._dice = stage.rng
        # Lateral and z position, half width and half length of what is already there.
        self._taken: _TAKEN = []

    def populate(self) -> None:
        """Adds everything, what must be seen first."""
        self._add_featured()
        for side in self._plan.sides:
            self._park_cars(side)
            self._plant_trees(side)
            self._furnish(side)
            self._add_pedestrians(side)
        if self._plan.median:
            self._plant_median()
        self._drive()
        if self._plan.crossing is not None:
            self._add_crossing_people(self._plan.crossing)
        if self._plan.junctions:
            self._add_traffic_lights(self._plan.junctions[0][0])

    def _place(
        self,
        lateral: float,
        z: float,
        half: tuple[float, float],
        yaw: float = 0.0,
        base: float = 0.0,
    ) -> Frame | None:
        """Takes a place if it is free; half are its extents across and along the street."""
        for x, other_z, width, length in self._taken:
            if abs(lateral - x) < half[0] + width and abs(z - other_z) < half[1] + length:
                return None
        self._taken.append((lateral, z, *half))
        return self._plan.frame(lateral, z, yaw, base)

    def _add_featured(self) -> None:
        """Adds at least one person, pole, sign, plant and vehicle where the camera sees them."""
        rng, plan = self._dice, self._plan
        sides = sorted(
            plan.sides, key=lambda side: abs(side.sign * side.kerb - plan.camera_lateral)
        )
        near = sides[0]
        # A sign or lamp at the nearer kerb.
        lateral = near.sign * (near.kerb + 0.5)
        z = max(plan.first_visible(lateral) * 1.12, 7.0) + rng.uniform(0, 4)
        self._put(lateral, z, (0.3, 0.3), furniture.add_sign, base=KERB)
        lamp_side = rng.pick(plan.sides)
        lateral = lamp_side.sign * (lamp_side.kerb + 0.55)
        z = max(plan.first_visible(lateral) * 1.1, 9.0) + rng.uniform(0, 9)
        frame = self._place(lateral, z, (0.3, 0.3), 0, KERB)
        if frame is not None:
            furniture.add_lamp(self._stage, frame, -lamp_side.sign * rng.uniform(1.0, 2.2))
        # People on the nearer sidewalk, or stepping off it.
        for _ in range(rng.integer(1, 3)):
            if rng.chance(0.65):
                lateral = near.sign * (near.kerb + rng.uniform(0.7, near.sidewalk - 0.5))
                base = KERB
            else:
                lateral = near.sign * (near.kerb - rng.uniform(0.2, 0.5 * plan.lane))
                base = 0.0
            z = max(plan.first_visible(lateral) * 1.1, 6.5) + rng.uniform(0.5, 6)
            if plan.is_free(z, 0):
                self._put(lateral, z, (0.4, 0.45), people.add_person, self._walk_yaw(), base)
        # A vehicle ahead, oncoming or parked.
        kind = rng.weighted({'ahead': 0.45, 'oncoming': 0.3, 'parked': 0.25})
        if kind == 'ahead':
            self._put_vehicle(plan.camera_lateral, rng.uniform(11, 30), 0.0)
        elif kind == 'oncoming':
            lateral = -self._lane_middle(1)
            z = max(plan.first_visible(lateral) + 3, 11) + rng.uniform(0, 18)
            self._put_vehicle(lateral, z, pi)
        else:
            lateral = near.sign * (near.kerb - PARKING / 2)
            z = max(plan.first_visible(lateral) + 3, 9) + rng.uniform(0, 6)
            if plan.is_free(z, 3):
                self._put(lateral, z, (0.9, 2.6), vehicles.add_car, 0 if near.sign > 0 else pi)
        # Something green.
        if near.kind in ('town', 'wall'):
            side = rng.pick(plan.sides)
            lateral = side.sign * (side.kerb + 0.9)
            z = plan.first_visible(lateral) * 1.1 + rng.uniform(4, 16)
            frame = self._place(lateral, z, (0.5, 0.5), 0, KERB)
            if frame is not None and plan.is_free(z, 2):
                height = rng.uniform(4.5, 8.5)
                plants.add_tree(self._stage, frame, height, plants.pick_foliage(self._stage))

    def _put(
        self,
        lateral: float,
        z: float,
        half: tuple[float, float],
        add: Callable[[Stage, Frame], None],
        yaw: float = 0.0,
        base: float = 0.0,
    ) -> None:
        """Adds an object if its place is free."""
        frame = self._place(lateral, z, half, yaw, base)
        if frame is not None:
            add(self._stage, frame)

    def _walk_yaw(self) -> float:
        rng = self._dice
        return (pi if rng.chance(0.5) else 0.0) + rng.uniform(-0.5, 0.5)

    def _lane_middle(self, lane: int) -> float:
        """Gives the lateral position of a lane of this direction, counted from the middle."""
        plan = self._plan
        inner = plan.median / 2 + (plan.lane if plan.tram else 0.0)
        return inner + plan.lane * (lane - 0.5)

    def _put_vehicle(self, lateral: float, z: float, yaw: float) -> None:
        """Adds a moving vehicle of any kind."""
        rng = self._dice
        turned = yaw + rng.uniform(-0.03, 0.03)
        kinds = {'car': 0.72, 'bus': 0.06, 'truck': 0.08, 'bicycle': 0.08, 'motorcycle': 0.06}
        kind = rng.weighted(kinds)
        if kind in ('bus', 'truck') and z < 16:
            z += 10
        if kind == 'bus':
            self._put(lateral, z + 4, (1.4, 7), vehicles.add_bus, turned)
        elif kind == 'truck':
            self._put(lateral, z + 2, (1.4, 5), vehicles.add_truck, turned)
        elif kind == 'bicycle':
            shifted = lateral + (1.0 if yaw == 0 else -1.0) * 0.8
            frame = self._place(shifted, z, (0.5, 1.3), turned)
            if frame is not None:
                vehicles.add_bicycle(self._stage, frame, ridden=True)
        elif kind == 'motorcycle':
            frame = self._place(lateral, z, (0.5, 1.4), turned)
            if frame is not None:
                vehicles.add_motorcycle(self._stage, frame, ridden=True)
        else:
            frame = self._place(lateral, z, (1.0, 3.2), turned)
            if frame is not None:
                vehicles.add_car(self._stage, frame, braking=rng.chance(0.3))

    def _park_cars(self, side: Roadside) -> None:
        """Fills the parking lane of a side."""
        rng, plan = self._dice, self._plan
        if not side.parking:
            return
        lateral = side.sign * (side.kerb - PARKING / 2 + 0.12)
        busy = rng.uniform(0.4, 0.95)
        z = max(plan.first_visible(lateral) - 1.5, 7.5) + rng.uniform(0, 3)
        yaw = 0.0 if side.sign > 0 or rng.chance(0.15) else pi
        while z < 95:
            if rng.chance(busy) and plan.is_free(z, 6.5) and not self._on_crossing(z, 4):
                add = vehicles.add_truck if z > 22 and rng.chance(0.04) else vehicles.add_car
                half = (1.0, 4.5 if add is vehicles.add_truck else 2.5)
                turned = yaw + rng.uniform(-0.03, 0.03)
                self._put(lateral + rng.uniform(-0.12, 0.12), z, half, add, turned)
            z += rng.uniform(5.4, 6.8) * (1.0 if z < 60 else 1.6)

    def _on_crossing(self, z: float, margin: float) -> bool:
        crossing = self._plan.crossing
        return crossing is not None and abs(z - crossing) < margin

    def _plant_trees(self, side: Roadside) -> None:
        """Plants a row of trees at the kerb."""
        rng, plan = self._dice, self._plan
        if not side.trees:
            return
        foliage, height = plants.pick_foliage(self._stage), rng.uniform(5.5, 10.0)
        lateral = side.sign * (side.kerb + 0.85)
        z = rng.uniform(9, 16)
        while z < 85:
            if plan.is_free(z, 3) and rng.chance(0.85):
                frame = self._place(lateral, z, (0.4, 0.6), rng.uniform(0, 6), KERB)
                if frame is not None:
                    tall = height * rng.uniform(0.85, 1.15)
                    plants.add_tree(self._stage, frame, tall, foliage, rng.uniform(0.28, 0.4))
            z += side.trees * (1.0 if z < 50 else 1.5)

    def _plant_median(self) -> None:
        """Plants trees and bushes on the median strip."""
        rng, plan = self._dice, self._plan
        foliage, height = plants.pick_foliage(self._stage), rng.uniform(5.0, 8.5)
        kind = rng.weighted({'trees': 0.5, 'bushes': 0.25, 'lawn': 0.25})
        z = max(plan.first_visible(0.0), 8.0) + rng.uniform(2, 6)
        while z < 85 and kind != 'lawn':
            frame = self._place(rng.uniform(-0.3, 0.3), z, (0.5, 0.5), 0, KERB)
            if frame is not None and plan.is_free(z, 4):
                if kind == 'trees':
                    plants.add_tree(self._stage, frame, height, foliage)
                else:
                    plants.add_bush(self._stage, frame, rng.uniform(0.7, 1.4))
            z += rng.uniform(7, 12)

    def _furnish(self, side: Roadside) -> None:
        """Adds lamps, signs, bins, bollards and parked two-wheelers along a kerb."""
        rng, plan = self._dice, self._plan
        lateral = side.sign * (side.kerb + 0.5)
        z = rng.uniform(20, 32)
        while z < 100:
            frame = self._place(lateral, z, (0.3, 0.3), 0, KERB)
            if frame is not None and plan.is_free(z, 1):
                furniture.add_lamp(self._stage, frame, -side.sign * rng.uniform(1.0, 2.2))
            z += rng.uniform(22, 30)
        for _ in range(rng.integer(1, 3)):
            z = max(plan.first_visible(lateral) * 1.1, 8.0) + rng.uniform(1, 45)
            if plan.is_free(z, 0.5):
                yaw = 0.0 if side.sign == RIGHT_SIDE or rng.chance(0.4) else pi
                self._put(lateral, z, (0.4, 0.4), furniture.add_sign, yaw, KERB)
        if rng.chance(0.12):
            z = rng.uniform(22, 45)
            if plan.is_free(z, 2) and side.sidewalk > 2.6:
                place = side.sign * (side.kerb + 1.5)
                self._put(place, z, (1.4, 0.4), furniture.add_direction_board, 0, KERB)
        if rng.chance(0.22):
            start = max(plan.first_visible(lateral) * 1.05, 7.0) + rng.uniform(0, 8)
            count = rng.integer(3, 6)
            if plan.is_free(start + count, count + 1):
                frame = self._place(
                    side.sign * (side.kerb + 0.3), start + count * 0.9, (0.15, count)
                )
                if frame is not None:
                    first = plan.frame(side.sign * (side.kerb + 0.3), start, 0, KERB)
                    furniture.add_bollards(self._stage, first, count)
        back = side.sign * (side.lot - 0.55)
        for _ in range(rng.integer(0, 2)):
            z = max(plan.first_visible(back), 9.0) + rng.uniform(1, 30)
            if plan.is_free(z, 1):
                self._put(back, z, (0.6, 0.6), furniture.add_bin, 0, KERB)
        if rng.chance(0.45):
            z = max(plan.first_visible(lateral) * 1.1, 8.0) + rng.uniform(0, 16)
            add = vehicles.add_bicycle if rng.chance(0.7) else vehicles.add_motorcycle
            yaw = rng.uniform(0.7, 2.2) * rng.sign()
            step = 0.85 if add is vehicles.add_bicycle else 1.3
            for i in range(rng.integer(1, 4 if add is vehicles.add_bicycle else 2)):
                if plan.is_free(z + i, 1):
                    place = side.sign * (side.kerb + 1.15)
                    self._put(place, z + step * i, (0.9, 0.35), add, yaw, KERB)

    def _add_pedestrians(self, side: Roadside) -> None:
        """Lets people walk on a sidewalk, alone and in pairs."""
        rng, plan = self._dice, self._plan
        for _ in range(rng.integer(1, 5)):
            lateral = side.sign * (side.kerb + rng.uniform(0.8, max(side.sidewalk - 0.5, 0.9)))
            z = max(plan.first_visible(lateral) * 1.05, 7.5) + rng.uniform(0, 32) * rng.random()
            if not plan.is_free(z, -1):
                continue
            yaw = self._walk_yaw()
            self._put(lateral, z, (0.35, 0.4), people.add_person, yaw, KERB)
            if rng.chance(0.3):
                beside = lateral - side.sign * 0.72
                if abs(beside) > side.kerb + 0.3:
                    turned = yaw + rng.uniform(-0.15, 0.15)
                    self._put(
                        beside,
                        z + rng.uniform(-0.2, 0.2),
                        (0.3, 0.4),
                        people.add_person,
                        turned,
                        KERB,
                    )

    def _add_crossing_people(self, crossing: float) -> None:
        """Lets people use a pedestrian crossing."""
        rng, plan = self._dice, self._plan
        for _ in range(rng.integer(0, 4)):
            lateral = rng.uniform(-plan.sides[0].kerb, plan.sides[1].kerb)
            z = crossing + rng.uniform(-1.2, 1.2)
            if z > max(6.5, plan.first_visible(lateral)) and not abs(lateral) < plan.median / 2:
                yaw = rng.sign() * (pi / 2 + rng.uniform(-0.3, 0.3))
                self._put(lateral, z, (0.5, 0.4), people.add_person, yaw)

    def _drive(self) -> None:
        """Adds moving traffic in both directions, and trams."""
        rng, plan = self._dice, self._plan
        for lane in range(1, plan.lanes + 1):
            lateral = self._lane_middle(lane)
            z = max(plan.first_visible(lateral) + 3, 12.0) + rng.uniform(0, 30)
            for _ in range(rng.integer(0, 3)):
                self._put_vehicle(lateral + rng.uniform(-0.2, 0.2), z, 0.0)
                z += rng.uniform(8, 26)
            z = max(plan.first_visible(-lateral) + 3, 11.0) + rng.uniform(0, 25)
            for _ in range(rng.integer(0, 4)):
                self._put_vehicle(-lateral + rng.uniform(-0.2, 0.2), z, pi)
                z += rng.uniform(8, 26)
        if plan.tram and rng.chance(0.45):
            track = plan.lane / 2
            sign = rng.sign()
            z = max(plan.first_visible(-track) + 8, 24.0) + rng.uniform(0, 20)
            if self._place(sign * track, z + 7, (1.35, 15)) is not None:
                turn = 0.0 if sign > 0 else pi
                front = plan.frame(sign * track, z + (0 if sign > 0 else 13.4), turn)
                vehicles.add_tram(self._stage, front)
        elif rng.chance(0.5):
            side = plan.sides[0 if rng.chance(0.4) else 1]
            edge = side.kerb - (PARKING if side.parking else 0.0) - 0.6
            z = max(plan.first_visible(side.sign * edge), 8.0) + rng.uniform(1, 16)
            yaw = 0.0 if side.sign > 0 else pi
            frame = self._place(side.sign * edge, z, (0.45, 1.2), yaw)
            if frame is not None:
                add = vehicles.add_bicycle if rng.chance(0.75) else vehicles.add_motorcycle
                add(self._stage, frame, ridden=True)

    def _add_traffic_lights(self, junction: float) -> None:
        """Sets up the signals of a junction."""
        rng, plan = self._dice, self._plan
        if not rng.chance(0.75):
            return
        for side in plan.sides:
            if side.sign == LEFT_SIDE and not rng.chance(0.6):
                continue
            lateral = side.sign * (side.kerb + 0.5)
            frame = self._place(lateral, junction - rng.uniform(0.8, 1.6), (0.4, 0.4), 0, KERB)
            if frame is not None:
                arm = -side.sign * rng.uniform(2.5, 4.5) if rng.chance(0.4) else 0.0
                furniture.add_traffic_light(self._stage, frame, arm)
