from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.streets.strip_materials import grass, slabs
from tests.utils.scenes import check_looks, sample_of

SIZE = (4.0, 0.2, 4.0)


@pytest.mark.parametrize('face', ['back', 'left', 'top'])
def test_looks_are_shares_of_light(face: str) -> None:
    check_looks(sample_of(slabs, params=(0.5, 0.16), face=face))
    check_looks(sample_of(grass, face=face))


def test_kerb_stones_line_the_edges_and_the_sides() -> None:
    gray, blue = (0.5, 0.5, 0), (0, 0, 0.8)
    top = sample_of(slabs, gray, blue, (0.5, 0.16), SIZE, 'top').albedo[2]
    kerb = (top > 0.1).mean(axis=0) > 0.9
    # 0.16 of 4 m are 4 of 96 pixels.
    assert kerb[:3].all()
    assert kerb[-3:].all()
    assert not kerb[6:-6].any()
    assert sample_of(slabs, gray, blue, (0.5, 0.16), SIZE, 'left').albedo[2].min() > 0.1


def test_slabs_have_joints_at_their_size() -> None:
    top = sample_of(slabs, (0.8,) * 3, (0.8,) * 3, (1.0, 0.1), SIZE, 'top').albedo[0]
    columns = top[:, 8:-8].mean(axis=0)
    dark = np.argsort(columns)[:6] + 8
    assert set(np.rint(dark / 24).astype(int).tolist()) == {1, 2, 3}


def test_a_lawn_has_dry_spots_of_the_second_colour() -> None:
    albedo = sample_of(grass, (0, 0.8, 0), (0, 0, 0.8), (), (60.0, 0.2, 60.0), 'top').albedo
    dry = albedo[2] > 0.05
    assert 0.05 < dry.mean() < 0.6
    assert (albedo[1] > 0).all()  # some green everywhere
