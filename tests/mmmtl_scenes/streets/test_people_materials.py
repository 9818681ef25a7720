from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.streets.people_materials import cloth, head
from tests.utils.scenes import check_looks, sample_of

RED, GREEN = (0.8, 0, 0), (0, 0.8, 0)


@pytest.mark.parametrize('face', ['back', 'front', 'left', 'top'])
def test_looks_are_shares_of_light(face: str) -> None:
    for kind in range(3):
        check_looks(sample_of(cloth, params=(float(kind),), face=face))
    check_looks(sample_of(head, face=face))


def test_cloth_shows_its_second_colour_with_a_pattern_only() -> None:
    plain, striped, halved = (sample_of(cloth, RED, GREEN, (float(k),)).albedo[1] for k in range(3))
    assert plain.max() == 0
    # Half of every 14 cm.
    assert (striped > 0.1).mean() == pytest.approx(0.5, abs=0.08)
    # Below a quarter of the half height below the middle.
    assert halved[:59].max() == 0
    assert halved[61:].min() > 0.2


def test_hair_grows_above_and_behind() -> None:
    front, behind = (sample_of(head, RED, GREEN, face=f).albedo[1] > 0 for f in ('front', 'back'))
    assert 0 < front.mean() < behind.mean() < 1
    for hair in (front, behind):
        rows = hair.all(axis=1)
        assert (np.diff(rows.astype(int)) <= 0).all()  # down to a line
