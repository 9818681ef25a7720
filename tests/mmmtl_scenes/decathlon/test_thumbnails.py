from __future__ import annotations

import cv2
import numpy as np

from mmmtl_scenes.decathlon import thumbnails
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(thumbnails)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(thumbnails, (0, 3, 6, 9)) >= 0.75


def test_a_picture_has_no_more_detail_than_32_pixels() -> None:
    picture = draw_one(thumbnails, 4)
    small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA)
    assert (
        np.abs(cv2.resize(small, (72, 72), interpolation=cv2.INTER_CUBIC) - picture).mean() < 0.02
    )
