from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon import house_numbers
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(house_numbers)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(house_numbers, (0, 2, 4, 6)) >= 0.75


def test_a_digit_stands_in_the_middle() -> None:
    for number in range(6):
        eight = draw_one(house_numbers, 8, number).mean(axis=2)
        assert np.ptp(eight[20:52, 24:48]) > 0.2
