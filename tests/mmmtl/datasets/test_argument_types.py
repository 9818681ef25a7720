import numpy as np
import pytest

from mmmtl.datasets.argument_types import check_indices, check_types


@pytest.mark.parametrize('indices', [None, 3, -1, 9, [0, 4], (-5,), [np.int64(2)]])
def test_choices_of_five_samples(indices):
    check_indices(indices, 5)


@pytest.mark.parametrize(
    ('indices', 'message'),
    [
        (0, 'expected a number of samples or a list of indices, found 0'),
        ([], r'expected a number of samples or a list of indices, found \[\]'),
        ('3', "expected a number of samples or a list of indices, found '3'"),
        (2.5, 'expected a number of samples or a list of indices, found 2.5'),
        ([1, 5, -6], r'expected numbers from 0 to 4, found \[5, -6\]'),
        ([1.0], r'expected numbers from 0 to 4, found \[1.0\]'),
    ],
)
def test_what_is_no_choice_of_five_samples(indices, message):
    with pytest.raises(ValueError, match=f'^indices: {message}'):
        check_indices(indices, 5)


def test_folders_and_suffixes_are_texts():
    check_types(dict(img_path='images'), '.png', dict(depth='.npy'))
    check_types({}, '.png', None)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        ((dict(img_path=3), '.png', None), 'data_prefix.img_path: expected a text, found 3'),
        (('images', '.png', None), "data_prefix: expected a dict of texts, found 'images'"),
        (({}, 5, None), 'img_suffix: expected the end of a name, or several of them, found 5'),
        (({}, '.png', dict(depth=None)), 'label_suffix.depth: expected a text, found None'),
        (({}, '.png', ['.npy']), 'label_suffix: expected a dict of texts'),
    ],
)
def test_other_types_are_named(arguments, message):
    with pytest.raises(ValueError, match=f'^{message}'):
        check_types(*arguments)
