import numpy as np
import pytest

from mmmtl.checks.label_facts import LabelFacts
from mmmtl.tasks import ClassTask, DirectionTask, ScalarTask

SEG = ClassTask(name='seg', classes=('a', 'b', 'c'))
DEPTH = ScalarTask(name='depth', unit='depth')


def test_ids_are_counted():
    facts = LabelFacts.of(SEG, np.array([[0, 0, 2], [255, 2, 2]], np.uint8))

    assert facts.counts.tolist() == [2, 0, 3]
    assert (facts.images, facts.unlabelled, facts.pixels, facts.valid) == (1, 0, 6, 5)
    assert facts.valid_share == pytest.approx(5 / 6)


def test_numbers_have_a_range_and_a_mean():
    facts = LabelFacts.of(DEPTH, np.array([[0, 1], [2, 6]], np.float32))

    assert (facts.low, facts.high, facts.mean, facts.valid) == (1, 6, 3, 3)


def test_pixels_of_directions_are_counted_once():
    label = np.zeros((1, 2, 3), np.float32)
    label[0, 0] = (0, 0.6, -0.8)
    facts = LabelFacts.of(DirectionTask(name='normal'), label)

    assert (facts.pixels, facts.valid) == (2, 1)
    assert (facts.low, facts.high) == pytest.approx((-0.8, 0.6))
    assert facts.mean == pytest.approx(-0.2 / 3)


def test_facts_add_up():
    facts = LabelFacts()
    facts.add(LabelFacts.of(DEPTH, np.zeros((1, 2), np.float32)))
    facts.add(LabelFacts.of(DEPTH, np.array([[4, 2]], np.float32)))

    assert (facts.images, facts.unlabelled, facts.low, facts.high, facts.mean) == (2, 1, 2, 4, 3)
    ids = LabelFacts()
    for label in ([[0, 1]], [[1, 255]]):
        ids.add(LabelFacts.of(SEG, np.array(label, np.uint8)))
    assert ids.counts.tolist() == [1, 2, 0]


def test_nothing_is_no_number():
    assert np.isnan(LabelFacts().mean)
    assert LabelFacts().valid_share == 0
