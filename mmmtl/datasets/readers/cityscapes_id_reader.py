from __future__ import annotations

from mmseg.registry import TASK_UTILS

from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl.datasets.readers.id_map_reader import IdMapReader


@TASK_UTILS.register_module()
class CityscapesIdReader(IdMapReader):
    """Reads the official label ids of CityScapes as classes of one of its class sets.

    Args:
        num_classes: 2, 7 or 19, see :data:`~mmmtl.datasets.cityscapes_labels.CLASS_SETS`.

    Raises:
        ValueError: If there is no such set.
    """

    def __init__(self, num_classes: int) -> None:
        if num_classes not in CLASS_SETS:
            raise ValueError(
                f'num_classes: expected one of {tuple(CLASS_SETS)}, found {num_classes!r}.'
            )
        super().__init__(CLASS_SETS[num_classes].table)
