"""The ids of CityScapes' ``*_gtFine_labelIds.png``, as far as synthetic streets use them.

What belongs to an id (name, class, category, colour) stands in
:mod:`mmmtl.datasets.cityscapes_labels`.
"""

from __future__ import annotations

from enum import IntEnum


class LabelId(IntEnum):
    """Official label ids (not train ids); those below 7 are not evaluated."""

    UNLABELED = 0
    STATIC = 4
    ROAD = 7
    SIDEWALK = 8
    BUILDING = 11
    WALL = 12
    FENCE = 13
    POLE = 17
    TRAFFIC_LIGHT = 19
    TRAFFIC_SIGN = 20
    VEGETATION = 21
    TERRAIN = 22
    SKY = 23
    PERSON = 24
    RIDER = 25
    CAR = 26
    TRUCK = 27
    BUS = 28
    TRAIN = 31
    MOTORCYCLE = 32
    BICYCLE = 33


class Limb(IntEnum):
    """Parts of a body; the left is that of the person, before the world is mirrored."""

    NONE = 0
    HEAD = 1
    TORSO = 2
    LEFT_ARM = 3
    RIGHT_ARM = 4
    LEFT_LEG = 5
    RIGHT_LEG = 6


ARMS = {-1: Limb.LEFT_ARM, 1: Limb.RIGHT_ARM}
"""The arms by the sign of their x."""

LEGS = {-1: Limb.LEFT_LEG, 1: Limb.RIGHT_LEG}
"""The legs by the sign of their x."""
