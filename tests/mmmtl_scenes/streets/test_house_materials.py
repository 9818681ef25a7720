from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.streets.house_materials import facade, roof
from tests.utils.scenes import check_looks, sample_of

# Storey of 3 m, windows every 3 m, half as wide and high; a ground floor of 4 m.
PLAIN = (3.0, 3.0, 0.5, 0.5, 4.0, 0.0, 0.0, 7.0)
SHOPS = (*PLAIN[:6], 1.0, 7.0)
BRICK = (*PLAIN[:5], 1.0, 0.0, 7.0)
SIZE = (12.0, 13.6, 12.0)


@pytest.mark.parametrize('params', [PLAIN, SHOPS, BRICK])
@pytest.mark.parametrize('face', ['back', 'left', 'top'])
def test_looks_are_shares_of_light(params: tuple[float, ...], face: str) -> None:
    check_looks(sample_of(facade, params=params, size=SIZE, face=face, far=40.0))


@pytest.mark.parametrize('face', ['back', 'left'])
def test_a_facade_has_as_many_windows_as_fit(face: str) -> None:
    sample = sample_of(facade, params=PLAIN, size=SIZE, face=face, far=40.0)
    glass = sample.image(np.broadcast_to(sample.looks.gloss, len(sample.surface))) > 0.3
    upper = glass[: int(96 * 9.6 / 13.6)]
    # Four columns, and three rows above the ground floor.
    for axis, count in ((0, 4), (1, 3)):
        line = upper.any(axis=axis).astype(int)
        assert (np.diff(line, prepend=0, append=0) == 1).sum() == count


def test_shops_have_larger_windows_than_doors() -> None:
    shares = []
    for params in (PLAIN, SHOPS):
        sample = sample_of(facade, params=params, size=SIZE, far=40.0)
        gloss = sample.image(np.broadcast_to(sample.looks.gloss, len(sample.surface)))
        shares.append((gloss[70:] > 0.1).mean())
    assert shares[0] == 0 < 0.3 < shares[1]


def test_bricks_show_near_by_only() -> None:
    small = (4.0, 4.0, 4.0)
    wall = (*BRICK[:4], 9.0, *BRICK[5:])  # nothing but ground floor
    plain = (*PLAIN[:4], 9.0, *PLAIN[5:])
    near = [sample_of(facade, params=params, size=small).albedo for params in (wall, plain)]
    assert np.abs(near[0] - near[1]).max() > 0.02
    large = (60.0, 60.0, 60.0)
    far = [sample_of(facade, params=params, size=large).albedo for params in (BRICK, PLAIN)]
    np.testing.assert_array_equal(far[0], far[1])


def test_tiles_lie_in_rows() -> None:
    albedo = sample_of(roof, (0.8, 0.8, 0.8), size=(2.0, 2.0, 2.0)).albedo[0]
    # A row of 0.28 m has a darker lower edge: the same place in every row is alike.
    rows = albedo.mean(axis=1)
    height = (48 - np.arange(96) - 0.5) / 48
    place = np.floor((-height / 0.28) % 1 * 4).astype(int)
    levels = [rows[place == i].mean() for i in range(4)]
    assert levels[3] < min(levels[0], levels[1])
