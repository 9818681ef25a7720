from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon import pedestrians
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(pedestrians)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(pedestrians, (0, 1)) >= 0.7


def test_pictures_are_grey_and_twice_as_high_as_wide() -> None:
    picture = draw_one(pedestrians, 1)
    assert picture.shape == (144, 72, 3)
    np.testing.assert_array_equal(picture[..., 0], picture[..., 2])
