import numpy as np
import pytest

from mmmtl.checks.doubtful_data import doubtful_data
from mmmtl.checks.label_facts import LabelFacts
from mmmtl.checks.set_facts import SetFacts
from mmmtl.tasks import ClassTask, ScalarTask

SEG = ClassTask(name='seg', classes=('a', 'b'))
DEPTH = ScalarTask(name='depth', unit='depth')


def facts_of(name='train', ids=((0, 1),), depths=((1, 2),), **others):
    labels = {
        'seg': LabelFacts.of(SEG, np.array(ids, np.uint8)),
        'depth': LabelFacts.of(DEPTH, np.array(depths, np.float32)),
    }
    return SetFacts(name, labels=labels, **others)


def lines(*sets, seg=SEG):
    return doubtful_data(sets, dict(seg=seg, depth=DEPTH))


def test_nothing_is_wrong():
    assert lines(facts_of(), facts_of('val', ids=((0, 0),))) == []


@pytest.mark.parametrize(
    ('sets', 'expected'),
    [
        ([facts_of(errors=['a.png: broken.'])], 'train: a.png: broken.'),
        (
            [facts_of(twice=[('a.png', 'b.png')])],
            'train: two images of the same pixels: 1, a.png and b.png.',
        ),
        (
            [facts_of(paths={b'1': 'a', b'2': 'b'}), facts_of('val', paths={b'2': 'c'})],
            'train and val share images: 1, b and c.',
        ),
        ([facts_of(ids=((255, 255),))], 'train: seg: no image has a label.'),
        ([facts_of(depths=((3, 3),))], 'train: depth: every label is 3.'),
        (
            [facts_of(depths=((1000, 2000),))],
            'train: depth: the mean is 1500; expected 0.05 to 200. Is it another unit? Millimetres '
            'need scale=0.001 of ScalarReader.',
        ),
        ([facts_of(ids=((0, 0),))], "train: seg: no label of class 'b'."),
        (
            [facts_of(ids=((0, 0),)), facts_of('val')],
            "train: seg: no label of class 'b', but val has it.",
        ),
    ],
)
def test_what_looks_wrong_is_a_line(sets, expected):
    assert lines(*sets) == [expected]


def test_classes_of_one_colour_are_named():
    alike = ClassTask(name='seg', classes=('a', 'b'), palette=((0, 90, 0), (2, 92, 0)))

    (line,) = lines(facts_of(), seg=alike)
    assert line.startswith('seg: 1 pair(s) of classes have nearly the same colour')
    assert 'a and b' in line
