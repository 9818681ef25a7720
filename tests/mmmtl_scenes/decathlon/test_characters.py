from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon import characters
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(characters)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(characters, (0, 15, 30, 45)) >= 0.75


def test_characters_are_thin_and_white_on_black() -> None:
    picture = draw_one(characters, 20)
    np.testing.assert_array_equal(picture[..., 0], picture[..., 1])
    assert picture[0, 0, 0] == 0
    assert picture.max() == 1
    assert 0.02 < picture.mean() < 0.2


def test_every_character_is_another() -> None:
    assert len(characters.CLASSES) == 60
    written = [characters.lines_of(index) for index in range(60)]
    assert len({tuple(line.tobytes() for line in lines) for lines in written}) == 60
    assert {len(line) for lines in written[:12] for line in lines} == {2}  # straight
    assert {len(lines) for lines in written} == {2, 3, 4}
