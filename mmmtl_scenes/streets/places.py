"""The places in a street that are taken."""

from __future__ import annotations

from collections.abc import Callable

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.plan import StreetPlan
from mmmtl_scenes.streets.stage import StreetStage


class StreetPlaces:
    """Places objects so that none stands in another.

    Args:
        stage: Where objects are added.
        plan: The street.

    Attributes:
        stage: Where objects are added.
        plan: The street.
    """

    def __init__(self, stage: StreetStage, plan: StreetPlan) -> None:
        self.stage = stage
        self.plan = plan
        # Lateral and z position, half width and half length of what is already there.
        self._taken: list[tuple[float, float, float, float]] = []

    def take(
        self,
        lateral: float,
        z: float,
        half: tuple[float, float],
        yaw: float = 0.0,
        base: float = 0.0,
    ) -> Frame | None:
        """Takes a place if it is free.

        Args:
            lateral: Distance to the right of the middle of the street in metres.
            z: Position along the street in metres.
            half: Half of its extents across and along the street in metres.
            yaw: Heading relative to the street.
            base: Height above the ground in metres.

        Returns:
            The place, or ``None`` if something is there already.
        """
        for x, other_z, width, length in self._taken:
            if abs(lateral - x) < half[0] + width and abs(z - other_z) < half[1] + length:
                return None
        self._taken.append((lateral, z, *half))
        return self.plan.frame(lateral, z, yaw, base)

    def put(
        self,
        lateral: float,
        z: float,
        half: tuple[float, float],
        add: Callable[[StreetStage, Frame], None],
        yaw: float = 0.0,
        base: float = 0.0,
    ) -> None:
        """Adds an object if its place is free; see :meth:`take`.

        Args:
            lateral: Distance to the right of the middle of the street in metres.
            z: Position along the street in metres.
            half: Half of its extents across and along the street in metres.
            add: Adds the object to a stage, at a frame.
            yaw: Heading relative to the street.
            base: Height above the ground in metres.
        """
        frame = self.take(lateral, z, half, yaw, base)
        if frame is not None:
            add(self.stage, frame)
