import numpy as np
import pytest

from mmmtl.thinning import thin


def rows(*lines):
    return np.array([[mark == '#' for mark in line] for line in lines])


def test_a_line_stays_as_it_is():
    line = rows('.....', '##...', '..##.', '....#')
    np.testing.assert_array_equal(thin(line), line)


@pytest.mark.parametrize('axis', [0, 1])
def test_two_lines_side_by_side_become_one(axis):
    wide = np.zeros((9, 9), bool)
    wide[4:6] = True
    wide = wide if axis == 0 else wide.T
    thinned = thin(wide)
    along = thinned if axis == 0 else thinned.T
    assert along.sum(axis=0)[2:-2].tolist() == [1] * 5  # its ends may go
    assert along.sum(axis=0).max() == 1
    assert not (thinned & ~wide).any()


def test_a_ring_stays_a_ring():
    size = np.arange(21) - 10
    radius = np.hypot(size[:, None], size)
    thinned = thin((radius > 5) & (radius < 9))
    assert count_parts(thinned) == 1
    assert count_parts(~thinned, corners=False) == 2
    neighbours = sum(np.roll(thinned, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1))
    assert (neighbours[thinned] == 3).mean() > 0.8  # itself and the two beside it


@pytest.mark.parametrize('seed', range(5))
def test_nothing_is_broken_or_added_and_twice_is_once(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random((17, 23)) < 0.45
    thinned = thin(mask)
    assert not (thinned & ~mask).any()
    assert count_parts(thinned) == count_parts(mask)
    np.testing.assert_array_equal(thin(thinned), thinned)


@pytest.mark.parametrize('seed', range(3))
def test_each_pass_is_that_of_the_conditions(seed):
    """An independent version, pixel by pixel."""
    mask = np.random.default_rng(seed).random((9, 11)) < 0.7
    expected = mask.copy()
    changed = True
    while changed:
        changed = False
        for second in (False, True):
            places = map(tuple, np.argwhere(expected))
            gone = [place for place in places if goes(expected, place, second)]
            for place in gone:
                expected[place] = False
            changed |= bool(gone)
    np.testing.assert_array_equal(thin(mask), expected)


def goes(mask, place, second):
    around = np.pad(mask, 1)[place[0] : place[0] + 3, place[1] : place[1] + 3].astype(int)
    ring = [(1, 2), (0, 2), (0, 1), (0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]
    x = [None, *(around[at] for at in ring)]
    x.append(x[1])  # the ninth is the first
    crossings = sum(x[i] == 0 and (x[i + 1] == 1 or x[i + 2] == 1) for i in (1, 3, 5, 7))
    one = sum(x[2 * k - 1] or x[2 * k] for k in (1, 2, 3, 4))
    two = sum(x[2 * k] or x[2 * k + 1] for k in (1, 2, 3, 4))
    if second:
        held = (x[6] or x[7] or not x[4]) and x[5]
    else:
        held = (x[2] or x[3] or not x[8]) and x[1]
    return crossings == 1 and 2 <= min(one, two) <= 3 and not held


def count_parts(mask, corners=True):
    left = {tuple(place) for place in np.argwhere(mask).tolist()}
    steps = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if corners or abs(y) + abs(x) == 1]
    parts = 0
    while left:
        parts += 1
        todo = [left.pop()]
        while todo:
            y, x = todo.pop()
            near = {(y + dy, x + dx) for dy, dx in steps} & left
            left -= near
            todo += near
    return parts


def test_a_block_of_all_pixels_and_none():
    assert thin(np.ones((5, 5), bool)).sum() == 1
    assert thin(np.zeros((0, 3), bool)).shape == (0, 3)
    mask = np.ones((2, 2), bool)
    thin(mask)
    assert mask.all()  # the argument is left alone
