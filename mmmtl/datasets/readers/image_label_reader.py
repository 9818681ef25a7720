from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmseg.registry import TASK_UTILS

from mmmtl.tasks.nearest import nearest


@TASK_UTILS.register_module()
class ImageLabelReader:
    """Reads the class of a whole image: its name, or its id where no class has that name.

    Args:
        class_names: Names of the classes in the order of their ids; the task states them.
        label_key: Key of the sample's data info with the class; the task states it. The data set
            takes it from a label file or from the folder in which an image lies.
    """

    def __init__(self, class_names: Sequence[str], label_key: str) -> None:
        self.class_names = tuple(class_names)
        self.label_key = label_key
        self._ids = {name: index for index, name in enumerate(self.class_names)}

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one label.

        Args:
            path: What errors name: the label file, or the image in the folder of its class.
            info: Data info of the sample.

        Returns:
            1 for the class and 0 for the others, float32 of shape (1, 1, C).

        Raises:
            ValueError: If there is no such class.
        """
        given = info[self.label_key]
        label = np.zeros((1, 1, len(self.class_names)), np.float32)
        label[..., self._id(given, path, info)] = 1
        return label

    def _id(self, given: str | int, path: str, info: Mapping[str, Any]) -> int:
        if isinstance(given, str) and given in self._ids:
            return self._ids[given]
        is_number = isinstance(given, int) or (given.isascii() and given.isdigit())
        if is_number and 0 <= int(given) < len(self.class_names):
            return int(given)
        raise ValueError(
            f'{path}: expected one of {len(self.class_names)} classes, by name or by an id from 0 '
            f'to {len(self.class_names) - 1}, for {info.get("img_path")}, '
            f'found {given!r}{nearest(given, self.class_names)}'
        )
