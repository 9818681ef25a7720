import math

import numpy as np
import pytest

from mmmtl.evaluation.functional import (
    BOUNDARY_METRICS,
    BoundaryScoreSums,
    boundary_score_sums,
    finalise_boundary_scores,
    suppress_non_maxima,
)
from mmmtl.thinning import thin
from tests.mmmtl.evaluation.functional.test_boundary_matching import most_pairs, near_enough

PLAIN = dict(suppress=False, thin_labels=False)


def column(at, size=(10, 10), value=1.0):
    values = np.zeros(size)
    values[:, at] = value
    return values


def test_a_line_beside_the_label_is_a_hit_within_reach():
    label = column(5)[None]
    for shift, hits in ((0, 10), (1, 10), (2, 0)):
        sums = boundary_score_sums(column(5 + shift, value=0.5), label, 0.1, (0.5, 0.6), **PLAIN)
        assert sums.counts.tolist() == [[hits, 10, hits, 10], [0, 0, 0, 10]]  # reach: 1.41 pixels
        assert sums.best.tolist() == sums.counts[0].tolist()


def test_of_two_lines_beside_one_label_one_is_a_hit():
    prediction = column(4) + column(6)
    sums = boundary_score_sums(prediction, column(5)[None], 0.1, (0.5,), **PLAIN)
    assert sums.counts.tolist() == [[10, 20, 10, 10]]
    assert finalise_boundary_scores(sums)['odsF'] == pytest.approx(200 / 3)  # P = 1/2, R = 1


def test_what_any_annotator_has_drawn_is_right_and_all_of_all_is_to_be_found():
    labels = np.stack([column(2), column(7)])
    prediction = column(2) + column(4)
    sums = boundary_score_sums(prediction, labels, 0.05, (0.5,), **PLAIN)
    assert sums.counts.tolist() == [[10, 20, 10, 20]]
    labels = np.stack([column(2), column(2)])
    sums = boundary_score_sums(prediction, labels, 0.05, (0.5,), **PLAIN)
    assert sums.counts.tolist() == [[10, 20, 20, 20]]


def test_pixels_without_a_label_do_not_count():
    labels = column(2)[None].copy()
    labels[0, 5:] = 255
    sums = boundary_score_sums(column(2) + column(4), labels, 0.01, (0.5,), **PLAIN)
    assert sums.counts.tolist() == [[5, 10, 5, 5]]
    second = np.full((10, 10), 255.0)
    second[8:] = 0  # of another annotator
    sums = boundary_score_sums(column(2), np.stack([labels[0], second]), 0.01, (0.5,), **PLAIN)
    assert sums.counts.tolist() == [[5, 7, 5, 5]]


def test_unlabelled_predictions_may_be_anything():
    labels = np.full((1, 4, 4), 255.0)
    sums = boundary_score_sums(np.full((4, 4), np.nan), labels)
    assert not sums.counts.any()
    assert math.isnan(finalise_boundary_scores(sums)['odsF'])


@pytest.mark.parametrize('seed', range(4))
def test_the_pairs_of_two_annotators_are_those_of_all_ways_to_pair(seed):
    """An independent version on small maps."""
    rng = np.random.default_rng(seed)
    thresholds = (0.2, 0.4, 0.6, 0.8)
    prediction = rng.random((5, 6)).round(1)
    labels = (rng.random((2, 5, 6)) < 0.2).astype(float)
    sums = boundary_score_sums(prediction, labels, 0.2, thresholds)
    counts = plain_counts(prediction, labels, 0.2 * math.hypot(5, 6), thresholds)
    np.testing.assert_array_equal(sums.counts[:, 1:], counts[:, 1:])
    # Which pixels have a partner is a choice, of each annotator by itself.
    hits = sums.counts[:, 0]
    assert (hits <= np.minimum(counts[:, 1], counts[:, 2])).all()
    assert (2 * hits >= counts[:, 2]).all()


def plain_counts(prediction, labels, distance, thresholds):
    crests = suppress_non_maxima(prediction)
    drawn = [thin(one > 0.5) for one in labels]
    rows = []
    for threshold in thresholds:
        found = thin(crests >= threshold)
        pairs = sum(most_pairs(near_enough(found, one, distance)) for one in drawn)
        rows.append([0, found.sum(), pairs, np.sum(drawn)])
    return np.array(rows)


def f_score(row):
    hits, found, recalled, labelled = row
    precision = hits / found if found else 0
    recall = recalled / labelled if labelled else 0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


@pytest.mark.parametrize('seed', range(4))
def test_all_of_one_annotator_by_brute_force(seed):
    rng = np.random.default_rng(seed)
    thresholds = (0.3, 0.5, 0.7)
    total, all_counts, best = BoundaryScoreSums(), np.zeros((3, 4), int), np.zeros(4, int)
    for _ in range(3):
        prediction = rng.random((5, 6)).round(1)
        labels = (rng.random((1, 5, 6)) < 0.2).astype(float)
        total += boundary_score_sums(prediction, labels, 0.2, thresholds)
        counts = plain_counts(prediction, labels, 0.2 * math.hypot(5, 6), thresholds)
        counts[:, 0] = counts[:, 2]  # with one annotator the pairs are the pairs
        all_counts += counts
        best += counts[np.argmax([f_score(row) for row in counts])]
    np.testing.assert_array_equal(total.counts, all_counts)
    np.testing.assert_array_equal(total.best, best)
    scores = finalise_boundary_scores(total)
    assert scores['odsF'] == pytest.approx(100 * max(map(f_score, all_counts)))
    assert scores['oisF'] == pytest.approx(100 * f_score(best))


def test_average_precision_by_hand():
    # Precision 1 at recall 1/4, 1/2 at recall 1/2, nothing beyond: linear between, 0 outside.
    counts = np.array([[50, 100, 50, 100], [25, 25, 25, 100]])
    scores = finalise_boundary_scores(BoundaryScoreSums(counts, counts[0]))
    between = [1 - 2 * (step / 100 - 0.25) for step in range(25, 51)]
    assert scores['AP'] == pytest.approx(100 * sum(between) / 101)
    assert scores['odsF'] == pytest.approx(50)


def test_perfect_predictions_and_none():
    label = column(5)[None]
    perfect = finalise_boundary_scores(boundary_score_sums(label[0], label))
    assert perfect['odsF'] == perfect['oisF'] == pytest.approx(100)
    assert set(perfect) == set(BOUNDARY_METRICS)
    nothing = finalise_boundary_scores(boundary_score_sums(np.zeros((10, 10)), label))
    assert nothing == dict.fromkeys(BOUNDARY_METRICS, 0)


def test_a_wide_label_is_a_line():
    label = (column(5) + column(6))[None]
    sums = boundary_score_sums(column(5), label, thresholds=(0.5,))
    assert sums.counts[0, 3] == 9  # one of the ends goes
    assert boundary_score_sums(column(5), label, thin_labels=False).counts[0, 3] == 20


def test_thresholds_in_any_order_give_the_same():
    rng = np.random.default_rng(3)
    prediction, label = rng.random((20, 20)), (rng.random((1, 20, 20)) < 0.1).astype(float)
    one = boundary_score_sums(prediction, label, thresholds=(0.2, 0.5, 0.9))
    other = boundary_score_sums(prediction, label, thresholds=(0.9, 0.2, 0.5))
    np.testing.assert_array_equal(one.counts, other.counts[[1, 2, 0]])


@pytest.mark.parametrize(
    ('prediction', 'labels', 'message'),
    [
        (np.zeros((3, 3)), np.zeros((1, 3, 4)), r'found \(3, 3\) and \(1, 3, 4\)'),
        (np.zeros((3, 3)), np.zeros((3, 3)), r'found \(3, 3\) and \(3, 3\)'),
        (np.full((3, 3), 2.0), np.zeros((1, 3, 3)), 'from 0 to 1, found 2 to 2'),
        (np.full((3, 3), np.nan), np.zeros((1, 3, 3)), '9 values that are NaN'),
    ],
)
def test_what_does_not_fit(prediction, labels, message):
    with pytest.raises(ValueError, match=message):
        boundary_score_sums(prediction, labels)
