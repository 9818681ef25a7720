from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.rooms.window_materials import drape, panes, slats
from tests.utils.scenes import check_looks, sample_of

SAMPLES = {
    'panes': (panes, (2.0, 2.0, 1.5, 0.3, 0.0, 1.0)),
    'panes before trees': (panes, (1.0, 3.0, 1.5, 0.7, -0.3, 0.0)),
    'slats': (slats, (0.05, 0.9)),
    'plain drape': (drape, (0.0, 0.3)),
    'banded drape': (drape, (1.0, 0.3)),
    'figured drape': (drape, (2.0, 0.3)),
}


@pytest.mark.parametrize('name', SAMPLES)
def test_looks_are_shares_of_light(name: str) -> None:
    material, params = SAMPLES[name]
    check_looks(sample_of(material, params=params))


@pytest.mark.parametrize(('columns', 'rows'), [(1, 1), (2, 3)])
def test_a_window_has_as_many_panes_as_asked(columns: int, rows: int) -> None:
    params = (float(columns), float(rows), 1.5, 0.3, 0.0, 0.0)
    glass = sample_of(panes, params=params).glow.max(axis=0) > 0
    for axis, count in ((1, columns), (0, rows)):
        line = glass.any(axis=1 - axis).astype(int)
        assert (np.diff(line, prepend=0, append=0) == 1).sum() == count


def test_it_is_dark_outside_at_night() -> None:
    day, night = (sample_of(panes, params=(1, 1, power, 0.3, 0, 0)).glow for power in (1.5, 0.0))
    assert night.max() < 0.02 < 0.3 < day.mean()


@pytest.mark.parametrize(('material', 'params'), [(slats, (0.05,)), (drape, (0.0,))])
def test_what_hangs_before_a_window_lets_its_light_through(material, params) -> None:  # type: ignore[no-untyped-def]
    dark, half, whole = (sample_of(material, params=(*params, s)).glow for s in (0.0, 0.5, 1.0))
    assert dark.max() == 0
    np.testing.assert_allclose(whole, 2 * half, rtol=1e-5)
    assert half.min() > 0


def test_only_a_pattern_shows_the_second_colour() -> None:
    for kind in range(3):
        albedo = sample_of(drape, (0.8, 0, 0), (0, 0.8, 0), (float(kind), 0.1)).albedo
        assert (albedo[1].max() > 0) == (kind > 0)
