import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching, maximum_flow

from mmmtl.evaluation.functional import BoundaryMatching
from mmmtl.thinning import thin


def random_pair(seed, shape=(6, 7), share=0.3):
    rng = np.random.default_rng(seed)
    return rng.random(shape) < share, rng.random(shape) < share


def near_enough(found, labelled, distance):
    places = np.argwhere(found)[:, None] - np.argwhere(labelled)
    return np.hypot(places[..., 0], places[..., 1]) <= distance + 1e-12


def most_pairs(near, row=0, taken=frozenset()):
    """All ways to pair, one by one."""
    if row == len(near):
        return 0
    ways = [most_pairs(near, row + 1, taken)]
    free = set(np.flatnonzero(near[row])) - taken
    return max(ways + [1 + most_pairs(near, row + 1, taken | {column}) for column in free])


@pytest.mark.parametrize('seed', range(12))
@pytest.mark.parametrize('distance', [0, 1, 1.5, 2])
def test_as_many_pairs_as_the_best_of_all_ways(seed, distance):
    found, labelled = random_pair(seed, (4, 4))
    matching = BoundaryMatching(found, labelled, distance)
    matched = matching.match(np.ones(found.sum(), bool))
    assert matched.sum() == most_pairs(near_enough(found, labelled, distance))


@pytest.mark.parametrize('seed', range(10))
def test_as_many_as_scipy_finds(seed):
    found, labelled = random_pair(seed, (30, 40), 0.05 * (1 + seed % 5))
    near = near_enough(found, labelled, 2.5)
    expected = (maximum_bipartite_matching(csr_array(near), perm_type='column') >= 0).sum()
    matched = BoundaryMatching(found, labelled, 2.5).match(np.ones(len(near), bool))
    assert matched.sum() == expected


@pytest.mark.parametrize('seed', range(5))
def test_the_shortest_distances_with_a_price_on_lonely_pixels_give_no_more_pairs(seed):
    found, labelled = random_pair(seed, (20, 20), 0.15)
    places = np.argwhere(found)[:, None] - np.argwhere(labelled)
    near = near_enough(found, labelled, 2)
    distances = np.hypot(places[..., 0], places[..., 1]) / 2
    for price in (0.3, 100):  # of two pixels without a partner
        cost = np.where(near, np.minimum(distances, price), price)
        pairs = linear_sum_assignment(cost)
        dear = (cost[pairs] < price).sum()
        most = BoundaryMatching(found, labelled, 2).match(np.ones(len(near), bool)).sum()
        assert dear == most if price == 100 else dear <= most


@pytest.mark.parametrize('seed', range(6))
def test_pixels_come_and_go(seed):
    found, labelled = random_pair(seed, (20, 20), 0.3)
    near = near_enough(found, labelled, 1.5)
    matching = BoundaryMatching(found, labelled, 1.5)
    rng = np.random.default_rng(seed)
    for share in (0.1, 0.5, 0.4, 1, 0, 0.8):
        chosen = rng.random(len(near)) < share
        matched = matching.match(chosen)
        part = csr_array(near & chosen[:, None])
        expected = (maximum_bipartite_matching(part, perm_type='column') >= 0).sum()
        assert matched.sum() == expected
        assert not (matched & ~chosen).any()


def test_a_long_chain_is_shifted_by_one():
    """Each pixel has the label on its right, until the last one comes from the left."""
    found, labelled = np.ones((1, 50), bool), np.ones((1, 50), bool)
    matching = BoundaryMatching(found, labelled, 1)
    chosen = np.ones(50, bool)
    chosen[0] = False
    assert matching.match(chosen).sum() == 49
    assert matching.match(np.ones(50, bool)).sum() == 50


def test_a_map_on_which_scipy_s_matching_does_not_end_in_time():
    """The outlines of random blocks against the same, moved; Dinic's algorithm counts as many."""
    blocks = np.kron(np.random.default_rng(0).integers(0, 9, (10, 10)), np.ones((12, 16), int))
    edges = np.zeros(blocks.shape, bool)
    edges[1:] |= blocks[1:] != blocks[:-1]
    edges[:, 1:] |= blocks[:, 1:] != blocks[:, :-1]
    labelled = thin(edges)
    found = np.roll(labelled, (2, 1), (0, 1))
    matched = BoundaryMatching(found, labelled, 8).match(np.ones(found.sum(), bool))
    assert matched.sum() == most_flow(near_enough(found, labelled, 8)) < found.sum()


def most_flow(near):
    """The largest flow from a source through all pairs to a sink."""
    rows, columns = near.shape
    pairs = np.argwhere(near) + np.array((1, 1 + rows))
    sources = [(0, 1 + row) for row in range(rows)]
    sinks = [(1 + rows + column, 1 + rows + columns) for column in range(columns)]
    ends = np.concatenate([pairs, sources, sinks]).T
    size = 2 + rows + columns
    graph = csr_array((np.ones(ends.shape[1], np.int32), ends), shape=(size, size))
    return maximum_flow(graph, 0, size - 1).flow_value


@pytest.mark.parametrize('which', [0, 1])
def test_nothing_to_pair(which):
    maps = [np.ones((3, 4), bool), np.ones((3, 4), bool)]
    maps[which][:] = False
    assert not BoundaryMatching(*maps, 2).match(np.ones(maps[0].sum(), bool)).any()
