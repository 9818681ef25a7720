import numpy as np
import pytest

from mmmtl.datasets.readers import ImageLabelReader
from mmmtl.datasets.task_reader import build_task_reader
from mmmtl.tasks import ImageClassTask
from tests.utils.errors import error_of

DIGITS = ImageLabelReader(class_names=['2', 'one', '0'], label_key='digit_label')


def read(label):
    return DIGITS('labels.csv', dict(digit_label=label, img_path='a.png'))


@pytest.mark.parametrize(
    ('label', 'expected'), [('one', 1), ('2', 0), ('0', 2), ('1', 1), (0, 0), (2, 2)]
)
def test_a_name_comes_before_an_id(label, expected):
    found = read(label)
    assert (found.shape, found.dtype) == ((1, 1, 3), np.float32)
    assert found.sum() == 1
    assert found.argmax() == expected


@pytest.mark.parametrize('label', ['ones', '3', 3, -1, '-1', '1.0', ' one', '²', ''])
def test_what_is_no_class_is_named(label):
    found = error_of(read, label)
    near = "; did you mean 'one'?" if label in ('ones', ' one') else '.'
    assert found == (
        'labels.csv: expected one of 3 classes, by name or by an id from 0 to 2, for a.png, '
        f'found {label!r}{near}'
    )


def test_the_task_says_what_it_must_know():
    task = ImageClassTask(name='digit', classes=['2', 'one', '0'])
    reader = build_task_reader(dict(type='ImageLabelReader'), task)
    assert reader.class_names == ('2', 'one', '0')
    assert reader.label_key == 'digit_label'
