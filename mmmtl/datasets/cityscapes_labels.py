"""The label table of CityScapes and the class sets of 2, 7 and 19 classes that are cut from it.

Names, ids, categories and colours are those of the official table (``labels.py`` in
https://github.com/mcordts/cityscapesScripts).
"""

from __future__ import annotations

from typing import NamedTuple

from mmmtl.datasets.class_set import IGNORED, ClassSet


class Label(NamedTuple):
    """One row of the official table; ``train_id`` is its class among the 19, 255 if ignored."""

    name: str
    id: int
    train_id: int
    category: str
    color: tuple[int, int, int]


LABELS = (
    Label('unlabeled', 0, 255, 'void', (0, 0, 0)),
    Label('ego vehicle', 1, 255, 'void', (0, 0, 0)),
    Label('rectification border', 2, 255, 'void', (0, 0, 0)),
    Label('out of roi', 3, 255, 'void', (0, 0, 0)),
    Label('static', 4, 255, 'void', (0, 0, 0)),
    Label('dynamic', 5, 255, 'void', (111, 74, 0)),
    Label('ground', 6, 255, 'void', (81, 0, 81)),
    Label('road', 7, 0, 'flat', (128, 64, 128)),
    Label('sidewalk', 8, 1, 'flat', (244, 35, 232)),
    Label('parking', 9, 255, 'flat', (250, 170, 160)),
    Label('rail track', 10, 255, 'flat', (230, 150, 140)),
    Label('building', 11, 2, 'construction', (70, 70, 70)),
    Label('wall', 12, 3, 'construction', (102, 102, 156)),
    Label('fence', 13, 4, 'construction', (190, 153, 153)),
    Label('guard rail', 14, 255, 'construction', (180, 165, 180)),
    Label('bridge', 15, 255, 'construction', (150, 100, 100)),
    Label('tunnel', 16, 255, 'construction', (150, 120, 90)),
    Label('pole', 17, 5, 'object', (153, 153, 153)),
    Label('polegroup', 18, 255, 'object', (153, 153, 153)),
    Label('traffic light', 19, 6, 'object', (250, 170, 30)),
    Label('traffic sign', 20, 7, 'object', (220, 220, 0)),
    Label('vegetation', 21, 8, 'nature', (107, 142, 35)),
    Label('terrain', 22, 9, 'nature', (152, 251, 152)),
    Label('sky', 23, 10, 'sky', (70, 130, 180)),
    Label('person', 24, 11, 'human', (220, 20, 60)),
    Label('rider', 25, 12, 'human', (255, 0, 0)),
    Label('car', 26, 13, 'vehicle', (0, 0, 142)),
    Label('truck', 27, 14, 'vehicle', (0, 0, 70)),
    Label('bus', 28, 15, 'vehicle', (0, 60, 100)),
    Label('caravan', 29, 255, 'vehicle', (0, 0, 90)),
    Label('trailer', 30, 255, 'vehicle', (0, 0, 110)),
    Label('train', 31, 16, 'vehicle', (0, 80, 100)),
    Label('motorcycle', 32, 17, 'vehicle', (0, 0, 230)),
    Label('bicycle', 33, 18, 'vehicle', (119, 11, 32)),
)


def _two_classes() -> ClassSet:
    foreground = {'human', 'vehicle'}
    return ClassSet(
        classes=('background', 'foreground'),
        palette=((70, 70, 70), (220, 20, 60)),
        table={label.id: int(label.category in foreground) for label in LABELS},
        void=0,
    )


def _seven_classes() -> ClassSet:
    # The first label of a category that is trained on lends the category its colour.
    colors: dict[str, tuple[int, int, int]] = {}
    for label in LABELS:
        if label.train_id != IGNORED:
            colors.setdefault(label.category, label.color)
    classes = tuple(colors)
    return ClassSet(
        classes=classes,
        palette=tuple(colors.values()),
        table={
            label.id: classes.index(label.category) if label.category in colors else IGNORED
            for label in LABELS
        },
    )


def _nineteen_classes() -> ClassSet:
    trained = [label for label in LABELS if label.train_id != IGNORED]
    return ClassSet(
        classes=tuple(label.name for label in trained),
        palette=tuple(label.color for label in trained),
        table={label.id: label.train_id for label in LABELS},
    )


CLASS_SETS = {2: _two_classes(), 7: _seven_classes(), 19: _nineteen_classes()}
"""The class sets by their number of classes.

- 2: background and foreground (people and vehicles); void counts as background, nothing is ignored.
- 7: the official categories; void is ignored. Labels outside of the 19, such as parking or bridge,
  count to their category.
- 19: the official training classes; all other labels (caravan and trailer among them) are ignored.
"""
