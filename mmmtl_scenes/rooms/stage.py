"""A room under construction."""

from __future__ import annotations

from dataclasses import dataclass, field

from mmmtl_scenes.engine.scene_rng import Color, SceneRNG
from mmmtl_scenes.engine.shadows import Blob
from mmmtl_scenes.engine.solid_builder import SolidBuilder
from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.rooms.labels import RoomLabel
from mmmtl_scenes.rooms.lighting import Source

_WALLS: tuple[Color, ...] = (
    (0.9, 0.88, 0.83),
    (0.88, 0.89, 0.88),
    (0.87, 0.8, 0.68),
    (0.76, 0.8, 0.83),
    (0.75, 0.82, 0.74),
    (0.88, 0.82, 0.6),
    (0.72, 0.71, 0.7),
    (0.84, 0.72, 0.66),
    (0.62, 0.68, 0.72),
    (0.8, 0.62, 0.5),
    (0.6, 0.66, 0.56),
)
_WOODS: tuple[Color, ...] = (
    (0.72, 0.55, 0.37),
    (0.8, 0.65, 0.46),
    (0.5, 0.34, 0.22),
    (0.36, 0.24, 0.16),
    (0.6, 0.4, 0.25),
    (0.9, 0.88, 0.85),
    (0.22, 0.19, 0.18),
)
_CLOTHS: tuple[Color, ...] = (
    (0.8, 0.76, 0.68),
    (0.55, 0.5, 0.45),
    (0.3, 0.33, 0.4),
    (0.62, 0.25, 0.22),
    (0.35, 0.45, 0.35),
    (0.75, 0.6, 0.35),
    (0.38, 0.5, 0.62),
    (0.7, 0.48, 0.42),
    (0.88, 0.87, 0.85),
    (0.25, 0.24, 0.26),
    (0.55, 0.42, 0.55),
    (0.45, 0.32, 0.25),
)

_PAINTS: tuple[Color, ...] = (
    (0.8, 0.25, 0.2),
    (0.2, 0.4, 0.7),
    (0.9, 0.88, 0.84),
    (0.85, 0.7, 0.2),
    (0.3, 0.55, 0.35),
    (0.15, 0.15, 0.17),
    (0.75, 0.55, 0.6),
)
_FADE, _RAISED_FADE = 0.2, 0.04
"""How far in metres the shadows of contacts reach upwards, on the floor and on furniture."""


@dataclass(frozen=True)
class Palette:
    """The colours that the things of a room share.

    Args:
        wall: Walls.
        trim: Frames of doors and windows, skirting boards.
        wood: Most of the furniture.
        other_wood: The rest of it.
        cloth: Most of the textiles.
        other_cloth: The rest of them.
        metal: Legs, handles and rods.
    """

    wall: Color
    trim: Color
    wood: Color
    other_wood: Color
    cloth: Color
    other_cloth: Color
    metal: Color

    @classmethod
    def sample(cls, rng: SceneRNG) -> Palette:
        """Draws the colours of a room."""
        wood = rng.shade(rng.pick(_WOODS), 0.04)
        white = rng.uniform(0.82, 0.93)
        return cls(
            wall=rng.shade(rng.pick(_WALLS), 0.05),
            trim=(white, white, white * 0.97) if rng.chance(0.75) else wood,
            wood=wood,
            other_wood=wood if rng.chance(0.45) else rng.shade(rng.pick(_WOODS), 0.04),
            cloth=rng.shade(rng.pick(_CLOTHS), 0.08),
            other_cloth=rng.shade(rng.pick(_CLOTHS), 0.08),
            metal=rng.shade(rng.pick(((0.7, 0.7, 0.72), (0.25, 0.24, 0.23), (0.6, 0.5, 0.3)))),
        )


@dataclass
class RoomStage:
    """What every builder of things in a room works with.

    Args:
        rng: Random choices.
        palette: Colours.
        night: Whether it is dark outside and lamps are lit.
        solids: Solids so far.
        blobs: Contact shadows so far.
        sources: Lamps and windows so far.
    """

    rng: SceneRNG
    palette: Palette
    night: bool
    solids: SolidBuilder = field(default_factory=SolidBuilder)
    blobs: list[Blob] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def cloth(self) -> Color:
        """Draws a colour of a textile, mostly one of the palette."""
        rng, palette = self.rng, self.palette
        if rng.chance(0.3):
            return rng.shade(rng.pick(_CLOTHS), 0.1)
        return rng.shade(palette.cloth if rng.chance(0.5) else palette.other_cloth, 0.06)

    def wood(self) -> Color:
        """Draws a colour of wood of the palette."""
        palette = self.palette
        return self.rng.shade(palette.wood if self.rng.chance(0.7) else palette.other_wood, 0.02)

    def paint(self) -> Color:
        """Draws the colour of a small thing, which need not go with the room."""
        return self.rng.shade(self.rng.pick(_PAINTS), 0.08)

    def contact(
        self, frame: Frame, half: tuple[float, float], opacity: float = 0.5, square: bool = True
    ) -> None:
        """Darkens what is under a thing.

        Args:
            frame: The middle of its underside.
            half: Half of its extents along the frame's x and z axes.
            opacity: Share of the light that is lost.
            square: Whether its outline is a rectangle.
        """
        reach = _FADE if frame.base < 0.02 else _RAISED_FADE
        self.blobs.append(Blob(frame, half, opacity, square=square, reach=reach))

    def sometimes(self, label: int) -> int:
        """Gives a label, or now and then none: annotators of small things miss some."""
        return RoomLabel.UNLABELED if self.rng.chance(0.07) else label
