from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.rooms import front_materials
from tests.utils.scenes import check_looks, sample_of

PARAMS = {
    'cupboard': [(2.0, 3.0, 0.5, float(kind), 0.1, float(kind == 0)) for kind in range(3)],
    'spines': [(0.03, 0.4, 0.8)],
    'closed_book': [()],
    'picture': [(float(kind), 0.3, 0.05, 0.05) for kind in range(5)],
    'screen': [(1.0, 0.5), (1.0, 0.1), (0.0, 0.5)],
    'whiteboard': [(0.4,)],
    'clock_face': [(0.3,)],
    'mirror_glass': [(0.6,)],
    'shade': [(0.0,), (2.2,)],
    'keys': [()],
}  # fmt: skip


@pytest.mark.parametrize('name', PARAMS)
@pytest.mark.parametrize('face', ['back', 'front', 'left', 'top'])
def test_looks_are_shares_of_light(name: str, face: str) -> None:
    for params in PARAMS[name]:
        check_looks(sample_of(getattr(front_materials, name), params=params, face=face))


@pytest.mark.parametrize('name', ['picture', 'screen', 'whiteboard', 'clock_face', 'mirror_glass'])
def test_what_is_shown_is_on_the_back_alone(name: str) -> None:
    material, params = getattr(front_materials, name), PARAMS[name][0]
    shown = sample_of(material, params=params, size=(1, 1, 0.1)).albedo
    hidden = sample_of(material, params=params, size=(1, 1, 0.1), face='front').albedo
    assert np.ptp(hidden, axis=(1, 2)).max() < 1e-6
    assert np.ptp(shown, axis=(1, 2)).max() > 0.1


def test_a_cupboard_has_as_many_fronts_as_are_asked_for() -> None:
    params = (4.0, 2.0, 0.0, 0.0, 0.1, 0.0)
    albedo = sample_of(front_materials.cupboard, (0.8,) * 3, (0.8,) * 3, params).albedo[0]
    gaps = albedo < 0.55
    columns = np.flatnonzero(gaps.mean(axis=0) > 0.9)
    rows = np.flatnonzero(gaps.mean(axis=1) > 0.9)
    inner = [24, 48, 72]
    assert set(np.unique(np.rint(columns / 24).astype(int) * 24)) == {0, *inner, 96}
    assert set(np.unique(np.rint(rows / 48).astype(int) * 48)) == {0, 48, 96}


def test_handles_have_the_second_colour() -> None:
    for kind in range(3):
        params = (2.0, 1.0, 0.0, float(kind), 0.1, 0.0)
        albedo = sample_of(front_materials.cupboard, (0, 0, 0), (0, 0, 0.9), params).albedo
        assert 0 < (albedo[2] > 0.4).sum() < 400


def test_a_screen_glows_only_if_it_is_on() -> None:
    on, off = (sample_of(front_materials.screen, params=(state, 0.5)).glow for state in (1.0, 0.0))
    assert off.max() == 0
    assert on[:, 20:-20, 20:-20].mean() > 0.05
    assert on[:, 0].max() == 0  # the rim


def test_a_shade_glows_as_its_parameter_says() -> None:
    dark, bright = (
        sample_of(front_materials.shade, params=(power,)).looks.glow for power in (0.0, 2.2)
    )
    assert dark is None or np.max(dark) == 0
    assert bright is not None
    assert bright.max() > 0.3


def test_the_hands_of_a_clock_tell_the_time() -> None:
    # At three o'clock the short hand points to the right, the long one up.
    albedo = sample_of(front_materials.clock_face, params=(0.125,), size=(1, 1, 0.1)).albedo[0]
    dark = albedo < 0.2
    middle = 48
    assert dark[middle - 1 : middle + 1, 55:65].all()
    assert not dark[middle - 1 : middle + 1, 32:42].any()
    assert dark[18:40, middle - 1 : middle + 1].all()
    assert not dark[56:78, middle - 1 : middle + 1].any()


def test_a_frame_is_as_wide_as_asked() -> None:
    params = (0.0, 0.3, 0.1, 0.1)
    albedo = sample_of(front_materials.picture, (0, 0, 0), (0.9, 0.9, 0.9), params).albedo[0]
    np.testing.assert_allclose(albedo[48, :9], 0, atol=1e-6)
    np.testing.assert_allclose(albedo[48, 11:18], 0.81, atol=1e-3)
