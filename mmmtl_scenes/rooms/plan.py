"""The plan of a room: how large it is, where the camera stands, and which places are taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, radians, sin

from mmmtl_scenes.engine.camera import CameraPose
from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.solids import Frame

BACK_WALL, LEFT_WALL, RIGHT_WALL, NEAR_WALL = range(4)
"""Walls by where the camera has them; the near one is behind the camera."""

_TRIES = 24
_CAMERA_SPACE = 0.8
"""Distance in metres that everything on the floor keeps from the camera."""

_BROAD_VIEW = 0.6
"""Half of the image's width at one metre, a little less than it is."""

Rectangle = tuple[float, float, float, float]


@dataclass
class Wall:
    """One wall.

    Args:
        frame: The middle of its foot; x runs to the right along the wall as one looks at it from
            inside, z points out of the room.
        length: Its length in metres.
        taken: What hangs on it or stands before it: lowest and highest x, lowest and highest
            height.
    """

    frame: Frame
    length: float
    taken: list[Rectangle] = field(default_factory=list)


@dataclass
class RoomPlan:
    """A room from ``-width / 2`` to ``width / 2`` in x and from 0 to ``length`` in z.

    Args:
        width: Width in metres.
        length: Length in metres.
        height: Height in metres.
        camera: Pose of the camera.
        walls: The walls, by :data:`BACK_WALL` and so on.
        floor: Places on the floor that are taken: lowest and highest x, lowest and highest z.
    """

    width: float
    length: float
    height: float
    camera: CameraPose
    walls: tuple[Wall, ...]
    floor: list[Rectangle] = field(default_factory=list)

    @classmethod
    def of(cls, width: float, length: float, height: float, camera: CameraPose) -> RoomPlan:
        """Makes the plan of an empty room."""
        walls = (
            Wall(Frame(0, length, 0), width),
            Wall(Frame(-width / 2, length / 2, -pi / 2), length),
            Wall(Frame(width / 2, length / 2, pi / 2), length),
            Wall(Frame(0, 0, pi), width),
        )
        return cls(width, length, height, camera, walls)

    def stand(
        self,
        rng: SceneRNG,
        size: tuple[float, float, float],
        walls: tuple[int, ...] = (BACK_WALL, LEFT_WALL, RIGHT_WALL),
        before: float = 0.0,
    ) -> Frame | None:
        """Finds a place on the floor with the back to a wall, and takes it.

        Args:
            rng: Random choices.
            size: Width, height and depth in metres.
            walls: The walls that may be chosen.
            before: Depth in metres that is to stay free in front.

        Returns:
            The middle of the place, or ``None`` if none was found.
        """
        width, height, depth = size
        for _ in range(_TRIES):
            wall = self.walls[rng.pick(walls)]
            slack = wall.length / 2 - width / 2 - 0.04
            if slack < 0:
                continue
            x = rng.uniform(-slack, slack)
            spot = (x - width / 2, x + width / 2, 0.0, height)
            space = wall.frame.at(x, -(depth + before) / 2 - 0.02)
            if _is_free(spot, wall.taken) and self.take(space, width, depth + before):
                wall.taken.append(spot)
                return wall.frame.at(x, -depth / 2 - 0.02)
        return None

    def hang(
        self,
        rng: SceneRNG,
        size: tuple[float, float],
        low: tuple[float, float],
        walls: tuple[int, ...] = (BACK_WALL, LEFT_WALL, RIGHT_WALL),
        margin: float = 0.06,
    ) -> Frame | None:
        """Finds a place on a wall, and takes it.

        Args:
            rng: Random choices.
            size: Width and height in metres.
            low: Lowest and highest height of its lower edge in metres.
            walls: The walls that may be chosen.
            margin: Distance in metres to its neighbours.

        Returns:
            The middle of its lower edge on the surface of the wall, or ``None`` if none was found.
        """
        width, height = size
        for _ in range(_TRIES):
            wall = self.walls[rng.pick(walls)]
            slack = wall.length / 2 - width / 2 - margin
            base = rng.uniform(*low)
            if slack < 0 or base + height > self.height - 0.1:
                continue
            x = rng.uniform(-slack, slack)
            spot = (x - width / 2 - margin, x + width / 2 + margin, base - margin, base + height)
            frame = wall.frame.at(x, 0, base=base)
            if _is_free(spot, wall.taken) and self.sees(frame.x, frame.z):
                wall.taken.append(spot)
                return frame
        return None

    def place(
        self, rng: SceneRNG, width: float, depth: float, yaw: float = 0.0, far: float = 1.0
    ) -> Frame | None:
        """Finds a place anywhere on the floor, and takes it.

        Args:
            rng: Random choices.
            width: Width in metres.
            depth: Depth in metres.
            yaw: Heading.
            far: Share of the room's length in which it must be.

        Returns:
            The middle of the place, or ``None`` if none was found.
        """
        for _ in range(_TRIES):
            x = rng.uniform(-self.width / 2 + width / 2, self.width / 2 - width / 2)
            z = rng.uniform(depth / 2, self.length * far - depth / 2)
            frame = Frame(x, z, yaw)
            if self.take(frame, width, depth):
                return frame
        return None

    def take(self, frame: Frame, width: float, depth: float, hidden: bool = False) -> bool:
        """Takes a place on the floor if it is free, seen, and not too near the camera.

        Args:
            frame: Its middle.
            width: Its width in metres.
            depth: Its depth in metres.
            hidden: Whether it need not be seen.

        Returns:
            Whether it was taken.
        """
        spot = _footprint(frame, width, depth)
        near_x = max(spot[0] - self.camera.x, 0.0, self.camera.x - spot[1])
        near_z = max(spot[2] - self.camera.z, 0.0, self.camera.z - spot[3])
        inside = (
            spot[0] >= -self.width / 2
            and spot[1] <= self.width / 2
            and spot[2] >= 0
            and spot[3] <= self.length
        )
        if not inside or hypot(near_x, near_z) < _CAMERA_SPACE or not _is_free(spot, self.floor):
            return False
        if not hidden and not self.sees(frame.x, frame.z):
            return False
        self.floor.append(spot)
        return True

    def sees(self, x: float, z: float) -> bool:
        """Tells whether a place is in the camera's view or close beside it."""
        ahead = (x - self.camera.x) * sin(self.camera.yaw) + (z - self.camera.z) * cos(
            self.camera.yaw
        )
        aside = (x - self.camera.x) * cos(self.camera.yaw) - (z - self.camera.z) * sin(
            self.camera.yaw
        )
        return ahead > 0.6 and abs(aside) < _BROAD_VIEW * ahead + 0.15


def _footprint(frame: Frame, width: float, depth: float) -> Rectangle:
    """Bounds a turned rectangle: lowest and highest x, lowest and highest z."""
    across = abs(cos(frame.yaw)) * width / 2 + abs(sin(frame.yaw)) * depth / 2
    along = abs(sin(frame.yaw)) * width / 2 + abs(cos(frame.yaw)) * depth / 2
    return frame.x - across, frame.x + across, frame.z - along, frame.z + along


def _is_free(spot: Rectangle, taken: list[Rectangle]) -> bool:
    """Tells whether a rectangle meets none of others; what only touches does not count."""
    slack = 1e-3
    return all(
        spot[1] < other[0] + slack
        or spot[0] > other[1] - slack
        or spot[3] < other[2] + slack
        or spot[2] > other[3] - slack
        for other in taken
    )


def sample_room_plan(rng: SceneRNG, large: bool) -> RoomPlan:
    """Draws an empty room and where the camera stands in it.

    Args:
        rng: Random choices.
        large: Whether it is an office, a hall or a large kitchen.

    Returns:
        The plan.
    """
    width = rng.uniform(2.8, 4.2) + (rng.uniform(0.1, 1.2) if large else 0.0)
    length = rng.uniform(2.8, 4.4) + (rng.uniform(0.1, 1.6) if large else 0.0)
    if large and rng.chance(0.12):
        length += rng.uniform(1.0, 3.5)
    height = rng.uniform(2.4, 2.8)
    room = width / 2 - 0.85
    x, z = rng.uniform(-room, room), rng.uniform(0.2, 0.5)
    if rng.chance(0.3):
        z = rng.uniform(0.5, 0.32 * length)
    if rng.chance(0.35):
        # From a corner, along the diagonal.
        x = rng.sign() * room
    target = rng.uniform(-0.5, 0.5) * width * 0.6 - 0.35 * x, length * rng.uniform(0.65, 1.0)
    pose = CameraPose(
        x=x,
        height=rng.uniform(1.2, 1.7),
        z=z,
        yaw=atan2(target[0] - x, target[1] - z),
        pitch=radians(rng.uniform(2, 14) if rng.chance(0.65) else rng.uniform(10, 26)),
        roll=radians(rng.uniform(-3, 3)),
    )
    return RoomPlan.of(width, length, height, pose)
