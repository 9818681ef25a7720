from __future__ import annotations

from collections.abc import Sequence

from mmseg.registry import TASK_UTILS

from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl.datasets.readers.id_map_reader import IdMapReader


@TASK_UTILS.register_module()
class CityscapesIdReader(IdMapReader):
    """Reads the official label ids of CityScapes as classes of one of its class sets.

    Args:
        num_classes: 2, 7 or 19, see :data:`~mmmtl.datasets.cityscapes_labels.CLASS_SETS`.
        class_names: Some or all names of the set, in the order of the ids to give; pixels of the
            others are ignored. A task that states its ``classes`` tells them. Defaults to None: all
            in the set's order.

    Raises:
        ValueError: If there is no such set, or no class of a name.
    """

    _void_hint = ' Files named labelTrainIds have 255; those named labelIds are read.'

    def __init__(self, num_classes: int, class_names: Sequence[str] | None = None) -> None:
        if num_classes not in CLASS_SETS:
            raise ValueError(
                f'num_classes: expected one of {tuple(CLASS_SETS)}, found {num_classes!r}.'
            )
        chosen = CLASS_SETS[num_classes]
        super().__init__((chosen if class_names is None else chosen.select(class_names)).table)
