import pytest
from torch import nn

from mmmtl.engine.set_statistics_check import check_set_statistics
from mmmtl.models.segmentors.set_statistics import separate_sets
from tests.utils.errors import error_of


def model(names):
    found = nn.Sequential(nn.BatchNorm2d(2))
    separate_sets(found, names)
    return found


@pytest.mark.parametrize(
    ('names', 'needed'),
    [(['a', 'b'], ['b', 'a']), (['a', 'b'], ['b']), (['a', 'b'], ()), (None, ['a'])],
)
def test_statistics_of_what_is_seen_are_enough(names, needed):
    check_set_statistics(model(names), needed, 'train_dataloader.dataset')


def test_a_set_without_statistics_is_named():
    message = error_of(check_set_statistics, model(['camvid', 'ofice']), ['camvid', 'office'], 'x')
    assert message == (
        "model.set_statistics: expected names of the data sets of x, ['camvid', 'office'], found "
        "['camvid', 'ofice'], without 'office'; did you mean 'office' by 'ofice'?"
    )
