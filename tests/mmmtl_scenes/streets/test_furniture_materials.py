from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.streets import furniture_materials
from mmmtl_scenes.streets.furniture_materials import bars, masonry, sign_plate, signal_lamps
from tests.utils.scenes import check_looks, sample_of

PARAMS = {
    'concrete': [()],
    'masonry': [(0.4, 0.2)],
    'bars': [(0.2, 0.5)],
    'sign_plate': [(float(kind),) for kind in range(7)],
    'signal_lamps': [(float(lamp),) for lamp in range(3)],
}
DARK, BRIGHT = (0, 0, 0), (0.9, 0.9, 0.9)


@pytest.mark.parametrize('name', PARAMS)
@pytest.mark.parametrize('face', ['back', 'left', 'top'])
def test_looks_are_shares_of_light(name: str, face: str) -> None:
    for params in PARAMS[name]:
        material = getattr(furniture_materials, name)
        check_looks(sample_of(material, params=params, face=face))


def test_bricks_lie_in_courses_of_their_height() -> None:
    albedo = sample_of(masonry, DARK, BRIGHT, (0.5, 0.25)).albedo[0]
    mortar = albedo.mean(axis=1) > 0.3
    assert (np.diff(mortar.astype(int), prepend=0) == 1).sum() in (4, 5)
    # Joints of one course lie in the middle of the bricks of the next.
    joints = [np.flatnonzero(albedo[row, 2:-2] > 0.2) + 2 for row in (12, 36)]
    assert abs(joints[0].mean() - 48) < 30
    assert not set(joints[0].tolist()) & set(joints[1].tolist())


def test_bars_take_their_share() -> None:
    thin, thick = (
        sample_of(bars, BRIGHT, DARK, (0.2, share)).albedo[0, 40:56].mean() for share in (0.3, 0.6)
    )
    assert thick / thin == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize('kind', range(7))
def test_each_kind_of_sign_has_its_symbol_in_front_only(kind: int) -> None:
    front = sample_of(sign_plate, DARK, BRIGHT, (float(kind),)).albedo[0]
    side = sample_of(sign_plate, DARK, BRIGHT, (float(kind),), face='left').albedo[0]
    assert (front.max() > 0.5) == (kind > 0)
    assert np.ptp(side) == 0
    np.testing.assert_allclose(front[:, 2:-2], front[:, ::-1][:, 2:-2], atol=0.3)  # symmetric
    if kind in (1, 5, 6):
        assert front[60, 48] < 1e-5  # a rim around an empty middle


def test_a_bar_is_level() -> None:
    front = sample_of(sign_plate, DARK, BRIGHT, (2.0,)).albedo[0] > 0.4
    rows, columns = np.nonzero(front)
    assert columns.max() - columns.min() > 3 * (rows.max() - rows.min())


@pytest.mark.parametrize('lamp', [0, 1, 2])
def test_the_lit_lamp_glows_in_its_third_and_colour(lamp: int) -> None:
    glow = sample_of(signal_lamps, params=(float(lamp),)).glow
    thirds = glow.reshape(3, 3, 32, 96).mean(axis=(2, 3))
    assert (thirds[:, lamp] > 0).any()
    assert np.delete(thirds, lamp, axis=1).max() == 0
    red, green, _ = thirds[:, lamp]
    assert (red > green) == (lamp < 2)
