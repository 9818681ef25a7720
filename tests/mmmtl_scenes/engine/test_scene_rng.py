from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mmmtl_scenes.engine.scene_rng import SceneRNG

MANY = 20_000


def test_numbers_are_those_of_a_numpy_generator_drawn_from_the_end_of_each_thousand() -> None:
    rng = SceneRNG((3, 1))
    reference = np.random.default_rng(np.random.SeedSequence((3, 1)))
    expected = [*reference.random(1024)[::-1], *reference.random(1024)[::-1]]
    assert [rng.random() for _ in range(2048)] == expected


def test_another_seed_draws_other_numbers() -> None:
    first, second, other = (SceneRNG(seed) for seed in (5, 5, 6))
    draws = [[rng.random() for _ in range(5)] for rng in (first, second, other)]
    assert draws[0] == draws[1] != draws[2]


def test_uniform_numbers_stay_within_their_bounds() -> None:
    rng = SceneRNG(0)
    numbers = [rng.uniform(-2, 5) for _ in range(MANY)]
    assert -2 <= min(numbers) < -1.99
    assert 4.99 < max(numbers) < 5
    assert np.mean(numbers) == pytest.approx(1.5, abs=0.06)


def test_integers_include_both_bounds_equally_often() -> None:
    rng = SceneRNG(0)
    counts = Counter(rng.integer(-1, 2) for _ in range(MANY))
    assert sorted(counts) == [-1, 0, 1, 2]
    assert all(count == pytest.approx(MANY / 4, rel=0.06) for count in counts.values())
    assert {rng.integer(4, 4) for _ in range(50)} == {4}


def test_signs_and_picks_are_fair() -> None:
    rng = SceneRNG(0)
    assert Counter(rng.sign() for _ in range(MANY))[1] == pytest.approx(MANY / 2, rel=0.05)
    counts = Counter(rng.pick('abc') for _ in range(MANY))
    assert all(counts[letter] == pytest.approx(MANY / 3, rel=0.06) for letter in 'abc')


@pytest.mark.parametrize('probability', [0.0, 0.07, 0.9, 1.0])
def test_a_chance_is_taken_as_often_as_it_says(probability: float) -> None:
    rng = SceneRNG(0)
    share = sum(rng.chance(probability) for _ in range(MANY)) / MANY
    assert share == pytest.approx(probability, abs=0.01 if 0 < probability < 1 else 0)


def test_weights_are_relative_frequencies() -> None:
    rng = SceneRNG(0)
    counts = Counter(rng.weighted({'a': 2.0, 'b': 1.0, 'c': 0.0, 'd': 5.0}) for _ in range(MANY))
    assert counts['c'] == 0
    for option, weight in (('a', 2), ('b', 1), ('d', 5)):
        assert counts[option] / MANY == pytest.approx(weight / 8, abs=0.012)


def test_a_shade_varies_brightness_and_a_third_of_it_each_channel() -> None:
    rng = SceneRNG(0)
    color = np.array((0.5, 0.4, 0.6))
    change = np.array([rng.shade((0.5, 0.4, 0.6), 0.06) for _ in range(3000)]) - color
    assert np.abs(change).max() <= 0.06 * 4 / 3 + 1e-9
    # Channels share the brightness: they differ by two thirds of the amount at most.
    assert np.ptp(change, axis=1).max() <= 0.04 + 1e-9
    assert np.abs(change.mean(axis=0)).max() < 0.005
    assert min(rng.shade((0.01, 0.5, 0.99), 0.5)) >= 0
    assert max(rng.shade((0.01, 0.5, 0.99), 0.5)) <= 1
