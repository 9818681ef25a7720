"""tools/analysis_tools/compare_boundary_matchings.py against all pairs of small maps."""

import runpy
from functools import partial

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from tests.utils.bsds_files import canny, write_bsds
from tests.utils.paths import TOOLS


@pytest.fixture(scope='module')
def module():
    return runpy.run_path(str(TOOLS / 'analysis_tools' / 'compare_boundary_matchings.py'))


@pytest.fixture
def compare(tool):
    return partial(tool, 'compare_boundary_matchings')


def random_maps(seed, shape, share):
    rng = np.random.default_rng(seed)
    return rng.random(shape) < share, rng.random(shape) < share


def pairs_with_all_stand_ins(found, labelled, distance):
    """The cheapest assignment where every lonely pixel may have every stand-in: a dense matrix."""
    gap = np.argwhere(found)[:, None] - np.argwhere(labelled)
    far = np.hypot(gap[..., 0], gap[..., 1])
    near = far <= distance
    far, near = far[near.any(1)][:, near.any(0)], near[near.any(1)][:, near.any(0)]
    first, second = far.shape
    lonely = 100 * distance
    costs = np.full((first + second, first + second), lonely)
    costs[:first, :second] = np.where(near, far, 1e6)
    rows, columns = linear_sum_assignment(costs)
    return int(((rows < first) & (columns < second)).sum())


@pytest.mark.parametrize('seed', range(6))
def test_few_pixels_have_all_stand_ins(module, seed):
    """With at most seven pixels on each side the six that are drawn are all but the own one."""
    found, labelled = random_maps(seed, (4, 5), 0.3)
    found.ravel()[np.flatnonzero(found)[7:]] = False
    labelled.ravel()[np.flatnonzero(labelled)[7:]] = False
    for distance in (1, 2):
        cheapest = module['cheapest_pairs'](found, labelled, distance, np.random.default_rng(0))
        assert cheapest == pairs_with_all_stand_ins(found, labelled, distance)


@pytest.mark.parametrize('seed', range(4))
def test_drawn_stand_ins_never_give_more_pairs(module, seed):
    found, labelled = random_maps(seed, (20, 24), 0.1 * (1 + seed))
    counts = module['count_pairs'](found, labelled, 2.5, np.random.default_rng(seed))
    assert 0.98 * counts.most <= counts.cheapest <= counts.most
    assert (counts.found, counts.labelled) == (found.sum(), labelled.sum())


@pytest.mark.parametrize('shape', [(1, 1), (1, 3), (3, 1)])
def test_one_pixel_and_none(module, shape):
    found = np.ones(shape, bool)
    pairs = module['cheapest_pairs']
    assert pairs(found, np.zeros(shape, bool), 1, np.random.default_rng(0)) == 0
    one = np.zeros(shape, bool)
    one[0, 0] = True
    assert pairs(one, found, 1, np.random.default_rng(0)) == 1
    assert pairs(found, one, 1, np.random.default_rng(0)) == 1


def test_the_line_that_is_printed(compare, module, tmp_path):
    (tmp_path / 'canny').mkdir()
    for name in write_bsds(tmp_path, (1, 2)):
        np.save(tmp_path / f'canny/{name}.npy', canny(tmp_path / f'images/test/{name}.jpg'))
    code, printed = compare(
        '--random',
        1,
        '--predictions',
        tmp_path / 'canny',
        '--labels',
        tmp_path / 'groundTruth/test',
    )
    assert code is None or code == 0, printed
    assert 'random lines: 1 pairs of maps, ' in printed
    assert f'{tmp_path}/canny: 27 pairs of maps, ' in printed.replace('\n', '')
    rows = [module['Counts'](100, 98, 200, 200), module['Counts'](0, 0, 5, 5)]
    assert module['summary']('a', rows) == (
        'a: 2 pairs of maps, 100 pairs of pixels, 2 fewer by cost (2.0000%); at most 2.0000% of '
        'one map and 1.0000 points of F; more by cost: 0'
    )
    assert module['summary']('a', rows[1:]) == 'a: no pairs'


def test_nothing_to_compare(compare):
    code, printed = compare()
    assert code == 1
    assert 'error: expected --random, or --predictions and --labels, found neither.' in printed
    code, printed = compare('--random', 1, '--max-dist', 0)
    assert code == 1
    assert 'error: --max-dist: expected a share of the diagonal above 0, found 0.0.' in printed
