from __future__ import annotations

import pytest

from mmmtl_scenes.engine.solids import Frame
from mmmtl_scenes.streets.places import StreetPlaces
from mmmtl_scenes.streets.stage import StreetStage
from tests.utils.scenes import street_plan, street_stage


def places(**changes: object) -> StreetPlaces:
    return StreetPlaces(street_stage(), street_plan(**changes))


def test_a_place_is_taken_once() -> None:
    row = places()
    assert row.take(2.0, 10.0, (0.5, 1.0), 0.3, 0.1) == Frame(2.0, 10.0, 0.3, 0.1)
    assert row.take(2.9, 11.4, (0.5, 0.5)) is None
    assert row.take(3.1, 11.4, (0.5, 0.5)) is not None  # beside it
    assert row.take(2.0, 11.6, (0.5, 0.5)) is not None  # behind it
    assert row.take(3.0, 10.5, (0.01, 0.01)) == Frame(3.0, 10.5)


def test_a_place_follows_the_street() -> None:
    row = places(curvature=0.004)
    assert row.take(2.0, 50.0, (0.5, 0.5)) == row.plan.frame(2.0, 50.0)


def test_what_finds_no_place_is_not_added() -> None:
    row, added = places(), []

    def add(stage: StreetStage, frame: Frame) -> None:
        assert stage is row.stage
        added.append(frame)

    for z in (10.0, 10.5, 12.5):
        row.put(1.0, z, (0.5, 1.0), add, yaw=0.2, base=0.14)
    assert [frame.z for frame in added] == pytest.approx([10.0, 12.5])
    assert {(frame.yaw, frame.base) for frame in added} == {(0.2, 0.14)}
