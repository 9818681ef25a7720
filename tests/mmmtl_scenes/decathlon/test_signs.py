from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon import signs
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(signs)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(signs, (0, 3, 6, 9)) >= 0.75


def test_mirrored_a_left_turn_is_a_right_turn() -> None:
    left, right = (
        np.mean([middle(draw_one(signs, signs.CLASSES.index(name), n)) for n in range(20)], axis=0)
        for name in ('turn left', 'turn right')
    )
    assert np.corrcoef(left[:, ::-1].ravel(), right.ravel())[0, 1] > 0.9
    assert np.corrcoef(left.ravel(), right.ravel())[0, 1] < 0.8


def middle(picture: np.ndarray) -> np.ndarray:
    """The red of the middle 36 x 36 pixels, where blue signs are dark but for their arrow."""
    top, left = ((side - 36) // 2 for side in picture.shape[:2])
    red = picture[top : top + 36, left : left + 36, 0]
    return (red - red.mean()) / red.std()
