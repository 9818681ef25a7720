from __future__ import annotations

import itertools

import numpy as np
import pytest

from mmmtl_scenes.streets.labels import LabelId
from mmmtl_scenes.streets.strips import KERB, add_strip, pieces
from tests.utils.scenes import street_plan, street_stage


def test_a_straight_range_is_one_piece() -> None:
    assert pieces(street_plan(), -4.0, 100.0) == [(-4.0, 100.0)]


def test_a_curved_range_is_cut_into_short_pieces() -> None:
    parts = pieces(street_plan(curvature=0.002), -4.0, 100.0)
    assert len(parts) == 8
    assert parts[0][0] == -4.0
    assert parts[-1][1] == pytest.approx(100.0)
    assert all(a[1] == pytest.approx(b[0]) for a, b in itertools.pairwise(parts))


@pytest.mark.parametrize(('paved', 'label'), [(True, LabelId.SIDEWALK), (False, LabelId.TERRAIN)])
def test_a_strip_is_as_wide_and_high_as_asked(paved: bool, label: int) -> None:
    stage = street_stage()
    add_strip(stage, street_plan(), 5.5, 8.5, (0.0, 100.0), KERB, paved)
    solids = stage.solids.build()
    assert solids.label.tolist() == [label]
    (x, y, z), half = solids.center[0], solids.half[0]
    assert (x - half[0], x + half[0]) == pytest.approx((5.5, 8.5))
    assert (z - half[2], z + half[2]) == pytest.approx((0, 100))
    assert -(y - half[1]) == pytest.approx(KERB)
    assert -(y + half[1]) == pytest.approx(-0.3)  # it reaches into the ground


def test_a_curved_strip_has_no_gaps() -> None:
    stage, plan = street_stage(), street_plan(curvature=0.003)
    add_strip(stage, plan, 5.5, 8.5, (0.0, 120.0), KERB, paved=True)
    solids = stage.solids.build()
    for z in np.arange(1.0, 119.0, 0.5):
        place = plan.frame(7.0, z)
        inside = solids.planes @ [place.x, -0.05, place.z] < solids.offsets
        assert inside.all(axis=1).any()
