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
