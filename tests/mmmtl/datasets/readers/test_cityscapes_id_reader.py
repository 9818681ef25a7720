import numpy as np
import pytest

from mmmtl.datasets.readers import CityscapesIdReader
from tests.utils.errors import error_of


@pytest.mark.parametrize(
    ('num_classes', 'expected'),
    # road, sidewalk, parking, building, sky, rider, unlabelled
    [(2, [0, 0, 0, 0, 0, 1, 0]), (7, [0, 0, 0, 1, 4, 5, 255]), (19, [0, 1, 255, 2, 10, 12, 255])],
)
def test_official_ids_become_classes(stored, num_classes, expected):
    path = stored(np.array([[7, 8, 9, 11, 23, 25, 0]], np.uint8), 'png')
    classes = CityscapesIdReader(num_classes)(path, {})
    assert classes.dtype == np.uint8
    assert classes.tolist() == [expected]


def test_an_id_that_is_not_official_is_named(stored):
    with pytest.raises(ValueError, match=r'label.png: label id\(s\) 34 are not in the table'):
        CityscapesIdReader(19)(stored(np.array([[34]], np.uint8), 'png'), {})


def test_an_unknown_class_set_is_named():
    assert error_of(CityscapesIdReader, 8) == 'num_classes: expected one of (2, 7, 19), found 8.'
