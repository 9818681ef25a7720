"""The labels of NYUv2: 894 raw ids, cut down to 40 classes and these to 13.

The file of the data set labels every pixel with one of 894 raw ids, 0 where it is not labelled. The
40 classes are those of Gupta, Arbelaez, Malik, "Perceptual Organization and Recognition of Indoor
Scenes from RGB-D Images", CVPR 2013; the 13 are those of Couprie, Farabet, Najman, LeCun, "Indoor
Semantic Segmentation using depth information", ICLR 2013 (https://arxiv.org/abs/1301.3572). Both
maps are the published ones, ``classMapping40.mat`` and ``class13Mapping.mat`` of
https://github.com/ankurhanda/nyuv2-meta-data. The colours of the 40 classes are those of ScanNet
(https://github.com/ScanNet/ScanNet, ``BenchmarkScripts/util.py``), those of the 13 are our own.
"""

from __future__ import annotations

from typing import NamedTuple

from mmmtl.datasets.class_set import IGNORED, ClassSet

RAW_IDS: int = 894
"""Number of raw ids, which count from 1."""

_OTHER_STRUCTURE = (
    8, 25, 33, 38, 51, 53, 57, 58, 62, 65, 79, 94, 104, 112, 134, 153, 215, 216, 223, 225, 238,
    241, 242, 256, 295, 301, 339, 342, 354, 363, 372, 380, 392, 408, 412, 453, 456, 463, 477, 497,
    541, 550, 553, 567, 573, 582, 591, 609, 612, 615, 642, 645, 657, 658, 659, 663, 667, 668, 686,
    700, 702, 777, 778, 782, 850, 861, 868, 874,
)  # fmt: skip

_OTHER_FURNITURE = (
    12, 43, 48, 50, 87, 106, 111, 161, 163, 174, 183, 204, 214, 219, 221, 224, 236, 262, 278, 291,
    298, 313, 343, 344, 356, 359, 373, 393, 401, 414, 418, 419, 430, 443, 444, 447, 448, 457, 458,
    460, 462, 475, 479, 485, 486, 493, 494, 498, 499, 509, 510, 515, 521, 524, 540, 549, 551, 554,
    556, 558, 576, 580, 608, 625, 703, 734, 770, 772, 797, 800, 803, 804, 813, 814, 815, 820, 829,
    835, 858, 863, 882, 892,
)  # fmt: skip


class Label(NamedTuple):
    """One of the 40 classes; ``coarse`` is its class among the 13."""

    name: str
    coarse: str
    color: tuple[int, int, int]
    raw_ids: tuple[int, ...]


LABELS = (
    Label('wall', 'wall', (174, 199, 232), (21,)),
    Label('floor', 'floor', (152, 223, 138), (11,)),
    Label('cabinet', 'furniture', (31, 119, 180), (3,)),
    Label('bed', 'bed', (255, 187, 120), (157,)),
    Label('chair', 'chair', (188, 189, 34), (5,)),
    Label('sofa', 'sofa', (140, 86, 75), (83,)),
    Label('table', 'table', (255, 152, 150), (19,)),
    Label('door', 'wall', (214, 39, 40), (28,)),
    Label('window', 'window', (197, 176, 213), (59,)),
    Label('bookshelf', 'furniture', (148, 103, 189), (88,)),
    Label('picture', 'picture', (196, 156, 148), (64,)),
    Label('counter', 'furniture', (23, 190, 207), (7,)),
    Label('blinds', 'window', (178, 76, 76), (80,)),
    Label('desk', 'table', (247, 182, 210), (36,)),
    Label('shelves', 'furniture', (66, 188, 102), (42,)),
    Label('curtain', 'window', (219, 219, 141), (89,)),
    Label('dresser', 'furniture', (140, 57, 197), (169,)),
    Label('pillow', 'objects', (202, 185, 52), (119,)),
    Label('mirror', 'objects', (51, 176, 203), (122,)),
    Label('floor mat', 'floor', (200, 54, 131), (143,)),
    Label('clothes', 'objects', (92, 193, 61), (141,)),
    Label('ceiling', 'ceiling', (78, 71, 183), (4,)),
    Label('books', 'books', (172, 114, 82), (85,)),
    Label('refridgerator', 'furniture', (255, 127, 14), (17,)),
    Label('television', 'tv', (91, 163, 138), (172,)),
    Label('paper', 'objects', (153, 98, 156), (15,)),
    Label('towel', 'objects', (140, 153, 101), (135,)),
    Label('shower curtain', 'objects', (158, 218, 229), (123,)),
    Label('box', 'objects', (100, 125, 154), (26,)),
    Label('whiteboard', 'objects', (178, 127, 135), (45,)),
    Label('person', 'objects', (120, 185, 128), (331,)),
    Label('night stand', 'furniture', (146, 111, 194), (158,)),
    Label('toilet', 'objects', (44, 160, 44), (124,)),
    Label('sink', 'objects', (112, 128, 144), (24,)),
    Label('lamp', 'objects', (96, 207, 209), (144,)),
    Label('bathtub', 'objects', (227, 119, 194), (136,)),
    Label('bag', 'objects', (213, 92, 176), (55,)),
    Label('otherstructure', 'objects', (94, 106, 211), _OTHER_STRUCTURE),
    Label('otherfurniture', 'furniture', (82, 84, 163), _OTHER_FURNITURE),
    Label('otherprop', 'objects', (100, 85, 144), ()),
)
"""The 40 classes by their number. The last is that of every raw id that no other class names, 1
(``book``) among them: only 85 (``books``) is in the class of that name."""

_COARSE_COLORS = {
    'bed': (230, 90, 40),
    'books': (245, 190, 40),
    'ceiling': (225, 225, 240),
    'chair': (60, 110, 220),
    'floor': (150, 110, 70),
    'furniture': (60, 160, 90),
    'objects': (170, 215, 90),
    'picture': (200, 70, 180),
    'sofa': (130, 30, 60),
    'table': (120, 70, 190),
    'tv': (40, 40, 60),
    'wall': (150, 160, 170),
    'window': (80, 205, 225),
}


def _fine_of_raw() -> dict[int, Label]:
    named = {raw: label for label in LABELS for raw in label.raw_ids}
    return {raw: named.get(raw, LABELS[-1]) for raw in range(1, RAW_IDS + 1)}


def _forty_classes() -> ClassSet:
    return ClassSet(
        classes=tuple(label.name for label in LABELS),
        palette=tuple(label.color for label in LABELS),
        table={0: IGNORED, **{raw: LABELS.index(label) for raw, label in _fine_of_raw().items()}},
    )


def _thirteen_classes() -> ClassSet:
    classes = tuple(_COARSE_COLORS)
    return ClassSet(
        classes=classes,
        palette=tuple(_COARSE_COLORS.values()),
        table={
            0: IGNORED,
            **{raw: classes.index(label.coarse) for raw, label in _fine_of_raw().items()},
        },
    )


CLASS_SETS = {13: _thirteen_classes(), 40: _forty_classes()}
"""The class sets by their number of classes. Their tables give the class of each raw id from 0 to
894; id 0, not labelled, is ignored."""
