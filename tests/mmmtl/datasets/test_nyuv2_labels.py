from itertools import combinations

import numpy as np
import pytest
from scipy.io import loadmat

from mmmtl.datasets.nyuv2_labels import CLASS_SETS, RAW_IDS


@pytest.fixture(scope='module')
def published(repository):
    """The published maps, where the machine has them."""
    folder = repository.parent / 'shared' / 'data' / 'nyuv2'
    if not folder.is_dir():
        pytest.skip(f'no published label maps: {folder} is not there')
    return folder


def names(array):
    return tuple(str(entry[0]) for entry in array.ravel())


def test_the_40_classes_are_the_published_ones(published):
    content = loadmat(published / 'classMapping40.mat')
    expected = content['mapClass'].ravel().astype(int) - 1
    assert len(expected) == RAW_IDS
    assert [CLASS_SETS[40].table[raw] for raw in range(1, RAW_IDS + 1)] == expected.tolist()
    assert CLASS_SETS[40].classes == names(content['className'])


def test_the_13_classes_are_the_published_ones(published):
    fine = loadmat(published / 'classMapping40.mat')['mapClass'].ravel().astype(int)
    coarse, classes = loadmat(published / 'class13Mapping.mat')['classMapping13'][0, 0]
    expected = coarse.ravel().astype(int)[fine - 1] - 1
    assert [CLASS_SETS[13].table[raw] for raw in range(1, RAW_IDS + 1)] == expected.tolist()
    assert CLASS_SETS[13].classes == names(classes)


def test_some_ids_written_out():
    assert CLASS_SETS[13].classes == (
        'bed', 'books', 'ceiling', 'chair', 'floor', 'furniture', 'objects', 'picture', 'sofa',
        'table', 'tv', 'wall', 'window',
    )  # fmt: skip
    # raw id: (index among the 40, index among the 13)
    for raw, fine, coarse in (
        (21, 0, 11),  # wall
        (28, 7, 11),  # door: wall
        (143, 19, 4),  # floor mat: floor
        (89, 15, 12),  # curtain: window
        (36, 13, 9),  # desk: table
        (85, 22, 1),  # books
        (1, 39, 6),  # book: otherprop, objects
        (8, 37, 6),  # dishwasher: otherstructure, objects
        (12, 38, 5),  # garbage bin: otherfurniture, furniture
        (172, 24, 10),  # television: tv
        (894, 39, 6),
    ):
        assert (CLASS_SETS[40].table[raw], CLASS_SETS[13].table[raw]) == (fine, coarse)


@pytest.mark.parametrize('count', [13, 40])
def test_the_sets_are_complete(count):
    classes = CLASS_SETS[count]
    assert set(classes.table) == set(range(RAW_IDS + 1))
    assert classes.table[0] == classes.void == 255
    assert {c for raw, c in classes.table.items() if raw} == set(range(count))
    assert len(classes.classes) == len(classes.palette) == count
    apart = [np.linalg.norm(np.subtract(a, b)) for a, b in combinations(classes.palette, 2)]
    assert min(apart) > (70 if count == 13 else 5)
