from __future__ import annotations

from mmmtl_scenes.decathlon import flowers
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(flowers)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(flowers, (0, 4, 8, 12)) >= 0.75


def test_flowers_have_their_colours() -> None:
    for name, order in (('red poppy', (0, 1)), ('blue star', (2, 0)), ('sunflower', (0, 2))):
        picture = draw_one(flowers, flowers.CLASSES.index(name))
        top, left = ((side - 50) // 2 for side in picture.shape[:2])
        means = picture[top : top + 50, left : left + 50].mean(axis=(0, 1))
        more, less = order
        assert means[more] > means[less] + 0.1, name
