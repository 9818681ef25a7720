from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon import motions
from tests.utils.drawn_pictures import accuracy, check_pictures, draw_one


def test_pictures_of_this_domain() -> None:
    check_pictures(motions)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(motions, (0, 2, 4, 6)) >= 0.75


def test_what_stays_is_grey_and_what_moves_is_dark_first_and_bright_last() -> None:
    picture = draw_one(motions, motions.CLASSES.index('run'))
    assert abs(picture.mean() - 0.5) < 0.01
    assert abs(picture.std() - 0.11) < 0.02
    columns = picture.mean(axis=(0, 2))
    half = len(columns) // 2
    sides = columns[:half].mean(), columns[half:].mean()
    assert min(sides) < 0.48  # where the run begins
    assert max(sides) > 0.52
    corner = picture[:8, :8]
    assert abs(float(np.median(corner)) - 0.5) < 0.02
