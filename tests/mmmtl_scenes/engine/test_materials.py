from __future__ import annotations

import numpy as np
import pytest

from mmmtl_scenes.engine.materials import blend, leaves, metal, plain, tone, visible
from tests.utils.scenes import check_looks, sample_of

MATERIALS = {'plain': (plain, (0.2,)), 'metal': (metal, ()), 'leaves': (leaves, (0.3,))}


@pytest.mark.parametrize('name', MATERIALS)
@pytest.mark.parametrize('face', ['back', 'left', 'top'])
def test_looks_are_shares_of_light(name: str, face: str) -> None:
    material, params = MATERIALS[name]
    sample = sample_of(material, params=params, face=face)
    check_looks(sample)
    # The first colour is (0.6, 0.5, 0.4) as the eye sees it, on the whole.
    mean = sample.albedo.mean(axis=(1, 2))
    if name != 'leaves':
        np.testing.assert_allclose(mean, [0.36, 0.25, 0.16], rtol=0.1)


def test_colours_are_mixed_by_the_share_of_the_second() -> None:
    first, second = np.zeros((3, 4)), np.ones((3, 1))
    share = np.array([0.0, 0.25, 0.5, 1.0])
    np.testing.assert_allclose(blend(first, second, share), np.tile(share, (3, 1)))


def test_a_tone_is_linear() -> None:
    np.testing.assert_allclose(tone(0.5, 0.1, 1.0), [[0.25], [0.01], [1.0]], rtol=1e-6)
    assert tone(0.5, 0.1, 1.0).dtype == np.float32


def test_patterns_fade_where_they_are_finer_than_a_pixel() -> None:
    shares = visible(np.array([0.0, 0.05, 0.1, 0.15, 1.0]), 0.1)
    np.testing.assert_allclose(shares, [1, 1, 0.5, 0, 0], atol=1e-6)


def test_the_gloss_of_paint_is_its_parameter() -> None:
    gloss = sample_of(plain, params=(0.3,)).looks.gloss
    np.testing.assert_allclose(gloss, 0.3)


def test_blossom_shows_as_often_as_its_share_says() -> None:
    blue = [
        (sample_of(leaves, (0.3, 0.4, 0), (0, 0, 0.9), (share,)).albedo[2] > 0.02).mean()
        for share in (0.0, 0.3, 0.7)
    ]
    assert blue[0] < 0.05
    assert blue[0] < blue[1] < blue[2]


def test_a_far_pattern_is_smooth() -> None:
    # Pixels of 1 cm and of 30 cm; dirt is finer than 15 cm.
    fine, coarse = (sample_of(plain, size=(side, side, 1)).albedo[0] for side in (1.0, 29.0))
    assert np.ptp(fine) > 0.01
    np.testing.assert_allclose(coarse, 0.36, rtol=1e-5)
