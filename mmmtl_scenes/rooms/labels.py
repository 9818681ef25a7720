"""The raw label ids of NYUv2, as far as synthetic rooms use them."""

from __future__ import annotations

from enum import IntEnum


class RoomLabel(IntEnum):
    """Raw ids, numbered from 1 as in the data set's ``names``; 0 is not labelled.

    Which of the 40 and of the 13 classes an id belongs to is not always what its name suggests
    (see :mod:`mmmtl.datasets.nyuv2_labels`): a rug is an object and a floor mat floor, a desk is a
    table, a door belongs to the wall and a coffee table to the furniture.
    """

    UNLABELED = 0
    BOTTLE = 2
    CABINET = 3
    CEILING = 4
    CHAIR = 5
    COUNTER = 7
    FLOOR = 11
    GARBAGE_BIN = 12
    MICROWAVE = 13
    PAPER = 15
    REFRIGERATOR = 17
    TABLE = 19
    WALL = 21
    BOWL = 22
    SINK = 24
    BOX = 26
    DOOR = 28
    CUP = 35
    DESK = 36
    LAPTOP = 37
    BASKET = 39
    SHELVES = 42
    WHITEBOARD = 45
    KEYBOARD = 47
    MONITOR = 49
    BAG = 55
    CLOCK = 56
    WINDOW = 59
    LIGHT = 62
    PICTURE = 64
    VASE = 78
    BLINDS = 80
    FLOWER = 81
    PLANT = 82
    SOFA = 83
    BOOKS = 85
    BOOKSHELF = 88
    CURTAIN = 89
    PILLOW = 119
    MIRROR = 122
    CLOTHES = 141
    FLOOR_MAT = 143
    LAMP = 144
    BED = 157
    NIGHT_STAND = 158
    HEADBOARD = 161
    DRESSER = 169
    TELEVISION = 172
    STUFFED_ANIMAL = 177
    PLATE = 233
    RADIATOR = 236
    FLOWER_POT = 146
    STOVE = 242
    FRUIT = 286
    TV_STAND = 291
    BLANKET = 312
    OTTOMAN = 359
    WARDROBE = 772
