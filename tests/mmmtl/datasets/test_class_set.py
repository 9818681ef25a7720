import dataclasses

import pytest

from mmmtl.datasets.class_set import IGNORED, ClassSet
from mmmtl.tasks import SEG


def test_ids_that_are_not_learned_are_what_the_task_takes_for_unlabelled():
    assert IGNORED == SEG.fill == 255
    assert type(IGNORED) is int
    assert ClassSet(('a',), ((1, 2, 3),), {0: 0}).void == IGNORED


def test_a_class_set_stays_as_it_is():
    classes = ClassSet(('a',), ((1, 2, 3),), {0: 0, 7: IGNORED}, void=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        classes.void = 1
    assert classes == ClassSet(('a',), ((1, 2, 3),), {0: 0, 7: 255}, 0)
