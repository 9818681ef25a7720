from __future__ import annotations

from collections.abc import Sequence
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

    def select(self, names: Sequence[str]) -> ClassSet:
        """Chooses classes by their names, as mmseg's ``label_map`` does.

        Args:
            names: Some or all of the names, in any order, which becomes that of the ids.

        Returns:
            The set of these classes; pixels of the others are ignored.

        Raises:
            ValueError: If there is no class of a name.
        """
        unknown = [name for name in names if name not in self.classes]
        if unknown:
            raise ValueError(
                f'classes: expected names among {list(self.classes)}, found {unknown}; ids of '
                'other classes need a reader of their own in label_readers.'
            )
        chosen = tuple(names)
        places = self.places_in(chosen) | {IGNORED: IGNORED}
        return ClassSet(
            classes=chosen,
            palette=tuple(self.palette[self.classes.index(name)] for name in chosen),
            table={label: places[class_id] for label, class_id in self.table.items()},
            void=places[self.void],
        )

    def places_in(self, names: Sequence[str]) -> dict[int, int]:
        """Says where the classes stand in another list.

        Args:
            names: Names of classes.

        Returns:
            Place of each class, by its id; 255 if it is not there.
        """
        others = {name: place for place, name in enumerate(names)}
        return {index: others.get(name, IGNORED) for index, name in enumerate(self.classes)}
