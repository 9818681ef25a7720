import numpy as np
import pytest

from mmmtl.datasets.readers import IdMapReader


def test_ids_are_mapped_by_the_table(stored):
    read = IdMapReader({-1: 255, 0: 3, 5: 1})
    classes = read(stored(np.array([[-1.0, 0.0], [5.0, 0.0]])), {})
    assert classes.dtype == np.uint8
    assert classes.tolist() == [[255, 3], [1, 3]]
    assert IdMapReader([7, 8])(stored(np.array([[1, 0]], np.uint8), 'png'), {}).tolist() == [[8, 7]]


@pytest.mark.parametrize('unknown', [-2, 1, 6, 200])
def test_an_id_outside_of_the_table_is_named(stored, unknown):
    path = stored(np.array([[0, unknown]]))
    with pytest.raises(ValueError, match=rf'label.npy: .*\(s\) {unknown} are not in the table'):
        IdMapReader({-1: 255, 0: 3, 5: 1})(path, {})


def test_ids_must_be_whole_numbers_of_one_channel(stored):
    read = IdMapReader([0])
    with pytest.raises(ValueError, match='whole numbers'):
        read(stored(np.array([[0.5]])), {})
    with pytest.raises(ValueError, match='whole numbers'):
        read(stored(np.array([[np.nan]])), {})
    with pytest.raises(ValueError, match=r'ids of shape \(H, W\)'):
        read(stored(np.zeros((2, 2, 3))), {})
    with pytest.raises(ValueError, match='classes from 0 to 255, found 256'):
        IdMapReader([256])
    with pytest.raises(ValueError, match='at least one id'):
        IdMapReader({})


@pytest.mark.parametrize(
    ('value', 'found'), [(np.inf, 'found infinity'), (1e30, 'not in the table')]
)
def test_ids_beyond_any_integer_are_named(stored, value, found):
    with pytest.raises(ValueError, match=rf'label.npy: .*{found}'):
        IdMapReader([0, 1])(stored(np.array([[0, value]])), {})


def test_the_line_about_255_says_how_it_is_ignored(stored):
    with pytest.raises(ValueError, match=r'id\(s\) 255 .* add 255: 255 to the table\.'):
        IdMapReader({7: 0})(stored(np.array([[7, 255]])), {})
    with pytest.raises(ValueError, match=r'the largest 7\.$'):
        IdMapReader({7: 0})(stored(np.array([[8, 255]])), {})


def test_the_line_about_colours_names_their_reader(stored):
    with pytest.raises(ValueError, match='ColorReader reads masks of colours'):
        IdMapReader([0])(stored(np.zeros((2, 2, 3), np.uint8), 'png'), {})
