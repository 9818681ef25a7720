from __future__ import annotations

import numpy as np

from mmmtl_scenes.decathlon import textures
from tests.utils.drawn_pictures import check_pictures, draw_one


def spectrum(name: str, number: int) -> np.ndarray:
    """The shares of the strongest frequencies, the strongest first."""
    grey = draw_one(textures, textures.CLASSES.index(name), number).mean(axis=2)
    top, left = ((side - 72) // 2 for side in grey.shape)
    square = grey[top : top + 72, left : left + 72]
    window = np.outer(np.hanning(72), np.hanning(72))
    power = np.abs(np.fft.rfft2((square - square.mean()) * window)) ** 2
    power[0, 0] = 0
    return np.sort(power.ravel())[::-1] / power.sum()


def test_pictures_of_this_domain() -> None:
    check_pictures(textures)


def test_regular_patterns_have_few_frequencies_and_irregular_ones_many() -> None:
    share = {
        name: np.mean([spectrum(name, number)[:12].sum() for number in range(6)])
        for name in ('striped', 'chequered', 'cracked', 'sprinkled')
    }
    assert min(share['striped'], share['chequered']) > 1.5 * max(
        share['cracked'], share['sprinkled']
    )


def test_a_pattern_has_two_colours_that_one_can_tell_apart() -> None:
    for number in range(6):
        grey = draw_one(textures, textures.CLASSES.index('chequered'), number).mean(axis=2)
        assert np.quantile(grey, 0.9) - np.quantile(grey, 0.1) > 0.15
