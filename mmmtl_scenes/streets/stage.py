"""A street under construction."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, hypot, sin

from mmmtl_scenes.engine.scene_rng import SceneRNG
from mmmtl_scenes.engine.shadows import SKY, SUN, Blob
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.lighting import StreetLighting

_LONGEST = 2.2
"""Longest shadow on the ground, as a multiple of the height."""

_FARTHEST = 65.0
"""Depth in metres from which on no object casts a shadow; small ones stop before."""


@dataclass
class StreetStage:
    """What every builder of objects works with.

    Args:
        rng: Random choices.
        lighting: The light, known beforehand because objects cast shadows.
        solids: Solids so far.
        blobs: Shadows so far.
        detailed: Depth in metres up to which objects are built in full detail.
    """

    rng: SceneRNG
    lighting: StreetLighting
    solids: SolidBuilder = field(default_factory=SolidBuilder)
    blobs: list[Blob] = field(default_factory=list)
    detailed: float = 42.0

    def is_near(self, frame: Frame, share: float = 1.0) -> bool:
        """Tells whether an object is within a share of the detailed depth."""
        return frame.z < share * self.detailed

    def contact(
        self, frame: Frame, half: tuple[float, float], opacity: float, square: bool = False
    ) -> None:
        """Darkens the ground under an object, whatever the light.

        Args:
            frame: The middle of the object.
            half: Half of its extents along the frame's x and z axes.
            opacity: Share of the light that is lost.
            square: Whether the object's outline is a rectangle.
        """
        if frame.z < _FARTHEST * min(max(half), 1.0):
            self.blobs.append(Blob(frame, half, opacity, SKY, square))

    def cast(
        self,
        frame: Frame,
        half: tuple[float, float],
        bottom: float,
        top: float,
        opacity: float = 0.9,
        square: bool = False,
    ) -> None:
        """Casts the shadow of an object on the ground, if the sun shines.

        Args:
            frame: The middle of the object.
            half: Half of its extents along the frame's x and z axes.
            bottom: Height of its underside above the ground in metres.
            top: Height of its upper side.
            opacity: Share of the sun's light that it stops.
            square: Whether the object's outline is a rectangle.
        """
        if frame.z > _FARTHEST * min(top / 4, 1.0) or not any(self.lighting.sun_color):
            return
        east, down, north = self.lighting.sun
        reach = min(hypot(east, north) / max(-down, 0.05), _LONGEST) / max(hypot(east, north), 1e-6)
        middle, spread = (bottom + top) / 2 * reach, (top - bottom) / 2 * reach
        moved = Frame(frame.x - east * middle, frame.z - north * middle, frame.yaw)
        # Extents in the object's own axes, plus the slide of the upper side over the lower one.
        slide_x = abs(cos(frame.yaw) * east - sin(frame.yaw) * north) * spread
        slide_z = abs(sin(frame.yaw) * east + cos(frame.yaw) * north) * spread
        self.blobs.append(Blob(moved, (half[0] + slide_x, half[1] + slide_z), opacity, SUN, square))
