import random

import numpy as np
import pytest
import torch

from mmmtl.engine.seeding import seed_sample, seed_step


def draw():
    return random.random(), np.random.rand(), torch.rand(()).item()


@pytest.mark.parametrize('seed', [seed_step, seed_sample])
def test_seeds_depend_on_all_three_numbers_and_on_nothing_else(seed):
    draws = set()
    for key in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (11, 0, 0)]:
        seed(*key)
        first = draw()
        draw()
        seed(*key)
        assert draw() == first
        draws.update(first)
    assert len(draws) == 18


def test_a_step_and_a_sample_of_the_same_numbers_differ():
    seed_step(1, 2, 3)
    step = draw()
    seed_sample(1, 2, 3)
    assert not set(step) & set(draw())


def test_an_index_need_not_be_a_python_number():
    seed_sample(0, 0, 3)
    expected = draw()
    seed_sample(0, 0, np.int64(3))
    assert draw() == expected
