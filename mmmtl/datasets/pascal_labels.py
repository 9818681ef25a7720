"""The labels of PASCAL: 20 classes and a background, and the parts of a person.

The parts are those of Chen et al., "Detect What You Can: Detecting and Representing Objects using
Holistic Models and Body Parts", CVPR 2014 (PASCAL-Part); the six that they are merged to are those
of the multi-task benchmark of Maninis et al., "Attentive Single-Tasking of Multiple Tasks", CVPR
2019 (https://arxiv.org/abs/1904.08918).
"""

from __future__ import annotations

from mmmtl.datasets.class_set import IGNORED, ClassSet

_CLASSES = (
    'background', 'aeroplane', 'bicycle', 'bird', 'boat', 'bottle', 'bus', 'car', 'cat', 'chair',
    'cow', 'diningtable', 'dog', 'horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa',
    'train', 'tvmonitor',
)  # fmt: skip


def _color(index: int) -> tuple[int, int, int]:
    """Gives VOC's colour of an id: its bits by threes, the first three in the highest bits."""
    parts = [0, 0, 0]
    for place in range(8):
        for channel in range(3):
            parts[channel] |= (index >> (3 * place + channel) & 1) << (7 - place)
    return parts[0], parts[1], parts[2]


PASCAL_CLASSES = ClassSet(
    classes=_CLASSES,
    palette=tuple(_color(index) for index in range(len(_CLASSES))),
    table={**{index: index for index in range(len(_CLASSES))}, IGNORED: IGNORED},
)
"""The 21 classes; 255, the outline of objects, is ignored."""

PERSON: int = _CLASSES.index('person')
"""Class of people, ``class_ind`` in the files of parts."""

_HEAD = (
    'head', 'leye', 'reye', 'lear', 'rear', 'lebrow', 'rebrow', 'nose', 'mouth', 'hair',
)  # fmt: skip
_TORSO = ('torso', 'neck')
_UPPER_ARM = ('luarm', 'ruarm')
_LOWER_ARM = ('llarm', 'lhand', 'rlarm', 'rhand')
_UPPER_LEG = ('luleg', 'ruleg')
_LOWER_LEG = ('llleg', 'lfoot', 'rlleg', 'rfoot')

PERSON_PARTS = (*_HEAD, *_TORSO, *_UPPER_ARM, *_LOWER_ARM, *_UPPER_LEG, *_LOWER_LEG)
"""Names of the 24 parts in the files; the left and the right are those of the person."""

PART_MERGINGS: dict[int, dict[str, tuple[str, ...]]] = {
    4: {
        'head': _HEAD,
        'torso': _TORSO,
        'arm': (*_UPPER_ARM, *_LOWER_ARM),
        'leg': (*_UPPER_LEG, *_LOWER_LEG),
    },
    6: {
        'head': _HEAD,
        'torso': _TORSO,
        'upper arm': _UPPER_ARM,
        'lower arm': _LOWER_ARM,
        'upper leg': _UPPER_LEG,
        'lower leg': _LOWER_LEG,
    },
    24: {part: (part,) for part in PERSON_PARTS},
}
"""What the parts are merged to, by the number of the merged ones; 6 is that of the benchmark."""


def part_classes(merging: int) -> tuple[str, ...]:
    """Gives the names of the classes of a merging.

    Args:
        merging: One of the keys of :data:`PART_MERGINGS`.

    Returns:
        The background, which has id 0, and the merged parts.
    """
    return ('background', *PART_MERGINGS[merging])
