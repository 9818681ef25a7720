from __future__ import annotations

from dataclasses import dataclass

from mmmtl.tasks import IGNORED as IGNORED


@dataclass(frozen=True)
class ClassSet:
    """A set of classes to learn, cut from the label ids of a data set.

    Args:
        classes: Name of each class.
        palette: Colour (red, green, blue) of each class.
        table: Class of each official label id, 255 if ignored.
        void: Class of what is labelled as nothing.
    """

    classes: tuple[str, ...]
    palette: tuple[tuple[int, int, int], ...]
    table: dict[int, int]
    void: int = IGNORED
