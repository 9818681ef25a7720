from __future__ import annotations

from mmmtl_scenes.decathlon import photographs
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(photographs)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(photographs, (0, 4, 8, 12)) >= 0.7


def test_pictures_are_of_many_sizes() -> None:
    sizes = {draw_one(photographs, 0, number).shape[:2] for number in range(12)}
    assert len(sizes) > 4
    assert all(min(size) == 72 <= max(size) <= 108 for size in sizes)
