import pytest

from mmmtl.datasets.set_names import check_set_names
from tests.utils.errors import error_of


def test_usual_names_are_given_back():
    assert check_set_names(['camvid', 'cifar-100', '0', 'vgg_flowers'], 'x') == (
        'camvid',
        'cifar-100',
        '0',
        'vgg_flowers',
    )


@pytest.mark.parametrize('name', ['a.b', 'a/b', '', 'type', 'train', 'my_loss', 3])
def test_other_names_are_refused(name):
    assert error_of(check_set_names, ['camvid', name], 'datasets').startswith('datasets: expected ')


def test_no_name_is_refused():
    assert error_of(check_set_names, [], 'datasets') == (
        'datasets: expected at least one data set, found none.'
    )
