from __future__ import annotations

from mmmtl_scenes.decathlon import aircraft
from tests.utils.drawn_pictures import accuracy, check_pictures


def test_pictures_of_this_domain() -> None:
    check_pictures(aircraft)


def test_classes_can_be_told_apart() -> None:
    assert accuracy(aircraft, (0, 9)) >= 0.75


def test_classes_are_every_combination_of_details() -> None:
    assert len(aircraft.CLASSES) == 2 * 3 * 2
    assert aircraft.CLASSES[0] == 'short, two at the wings, low tailplane'
