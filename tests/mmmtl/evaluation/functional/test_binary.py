import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation.functional import (
    BINARY_METRICS,
    BinaryScoreSums,
    binary_score_sums,
    finalise_binary_scores,
)
from mmmtl.tasks import BinaryTask

EDGE = BinaryTask(name='edge')


def sums_of(prediction, label):
    return binary_score_sums(prediction, label, EDGE.valid_mask(label))


def random_maps(seed=0, shape=(1, 12, 15), steps=1000):
    """Probabilities that are whole steps, so that histograms lose nothing, and labels."""
    rng = np.random.default_rng(seed)
    label = rng.choice([0.0, 1.0, 255.0], size=shape, p=[0.6, 0.2, 0.2])
    better = np.clip(rng.normal(0.35 + 0.3 * (label == 1), 0.2), 0, 1)
    # a little above each step, as a float64 just below it would belong to the one before
    prediction = np.minimum(np.round(better * steps) / steps + 1e-9, 1)
    return torch.from_numpy(prediction), torch.from_numpy(label)


def average_precision(p, y):
    """From the sorted list, as text books have it; pixels of one probability count together."""
    order = np.argsort(-p, kind='stable')
    p, y = p[order], y[order]
    total, area, recall_before = y.sum(), 0.0, 0.0
    for last in range(len(p)):
        if last + 1 < len(p) and p[last + 1] == p[last]:
            continue
        found = y[: last + 1].sum()
        area += (found / total - recall_before) * found / (last + 1)
        recall_before = found / total
    return 100 * area


def f_score(p, y, threshold, beta_squared=1.0):
    yes = p >= threshold
    both = (yes & (y == 1)).sum()
    if both == 0:
        return 0.0
    precision, recall = both / yes.sum(), both / (y == 1).sum()
    return 100 * (1 + beta_squared) * precision * recall / (beta_squared * precision + recall)


def valid_of(prediction, label):
    p, y = prediction.numpy().ravel(), label.numpy().ravel()
    return p[y != 255], y[y != 255]


def test_scores_of_hand_computed_pixels():
    label = torch.tensor([[1.0, 1.0, 0.0, 0.0, 255.0]])
    prediction = torch.tensor([[0.9, 0.4, 0.6, 0.1, 0.8]])
    scores = finalise_binary_scores(sums_of(prediction, label))

    assert tuple(scores) == BINARY_METRICS == ('maxF', 'AP', 'IoU', 'MAE')
    # from 0.4 on: 2 of 3 are right and none is missed
    assert scores['maxF'] == pytest.approx(100 * 2 * (2 / 3) / (2 / 3 + 1))
    assert scores['AP'] == pytest.approx(100 * (0.5 * 1 + 0.5 * 2 / 3))
    assert scores['IoU'] == pytest.approx(100 / 3)
    assert scores['MAE'] == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4, abs=1e-6)


@pytest.mark.parametrize('seed', [0, 1, 2])
@pytest.mark.parametrize('beta_squared', [1.0, 0.3])
def test_scores_against_loops_over_thresholds_and_a_sorted_list(seed, beta_squared):
    prediction, label = random_maps(seed)
    scores = finalise_binary_scores(sums_of(prediction, label), beta_squared)
    p, y = valid_of(prediction, label)

    every = [f_score(p, y, k / 1000, beta_squared) for k in range(1, 1001)]
    assert scores['maxF'] == pytest.approx(max(every))
    assert scores['AP'] == pytest.approx(average_precision(p, y))
    yes = p >= 0.5
    union = (yes | (y == 1)).sum()
    assert scores['IoU'] == pytest.approx(100 * (yes & (y == 1)).sum() / union)
    assert scores['MAE'] == pytest.approx(np.abs(p - y).mean())


def test_thresholds_restrict_the_largest_f_score_alone():
    prediction, label = random_maps(3)
    sums = sums_of(prediction, label)
    p, y = valid_of(prediction, label)
    thresholds = np.arange(1, 20) / 20  # those of InvPT's code
    scores = finalise_binary_scores(sums, thresholds=thresholds.tolist())
    every = finalise_binary_scores(sums)

    assert scores['maxF'] == pytest.approx(max(f_score(p, y, t) for t in thresholds))
    assert scores['maxF'] < every['maxF']
    assert all(scores[key] == every[key] for key in ('AP', 'IoU', 'MAE'))


def test_beta_squared_weighs_precision():
    # from 0.8 on precision 1, recall 1/2; from 0.2 on precision 1/2, recall 1
    label = torch.tensor([1.0, 1.0, 0.0, 0.0])
    prediction = torch.tensor([0.8, 0.2, 0.2, 0.2])
    sums = sums_of(prediction, label)

    def at(beta_squared, threshold):
        return finalise_binary_scores(sums, beta_squared, [threshold])['maxF']

    assert at(1.0, 0.8) == pytest.approx(at(1.0, 0.2)) == pytest.approx(200 / 3)
    assert at(0.3, 0.8) == pytest.approx(100 * 1.3 * 0.5 / (0.3 + 0.5))
    assert at(0.3, 0.2) == pytest.approx(100 * 1.3 * 0.5 / (0.3 * 0.5 + 1))


def test_soft_labels_are_yes_above_a_half_and_as_they_are_in_the_error():
    label = torch.tensor([0.75, 0.5, 0.25])
    prediction = torch.tensor([0.75, 0.75, 0.25])
    sums = sums_of(prediction, label)
    assert (int(sums.positives.sum()), int(sums.negatives.sum())) == (1, 2)
    scores = finalise_binary_scores(sums)
    assert scores['MAE'] == pytest.approx(0.25 / 3)
    assert scores['IoU'] == 50


def test_probabilities_of_0_and_1_have_their_bins():
    sums = sums_of(torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0]))
    assert sums.negatives.nonzero().item() == 0
    assert sums.positives.nonzero().item() == 1000
    assert finalise_binary_scores(sums) == dict(maxF=100, AP=100, IoU=100, MAE=0)


def test_sums_of_images_add_up():
    maps = [random_maps(seed) for seed in (4, 5)]
    total = BinaryScoreSums()
    for prediction, label in maps:
        total += sums_of(prediction, label)
    joined = sums_of(*(torch.cat(parts, dim=1) for parts in zip(*maps, strict=True)))

    assert finalise_binary_scores(total) == pytest.approx(finalise_binary_scores(joined))
    assert int(BinaryScoreSums().positives.sum()) == 0  # not shared with the default


def test_no_valid_pixel_or_no_pixel_that_is_yes():
    nothing = finalise_binary_scores(sums_of(torch.ones(2), torch.full((2,), 255.0)))
    assert all(math.isnan(value) for value in nothing.values())
    only_no = finalise_binary_scores(sums_of(torch.tensor([0.5, 0.25]), torch.zeros(2)))
    assert only_no['MAE'] == 0.375
    assert all(math.isnan(only_no[key]) for key in ('maxF', 'AP', 'IoU'))


@pytest.mark.parametrize(
    ('prediction', 'message'),
    [
        (torch.tensor([0.5, 1.5]), 'probabilities from 0 to 1, found 0.5 to 1.5'),
        (torch.tensor([-0.5, 0.5]), 'probabilities from 0 to 1, found -0.5 to 0.5'),
        (torch.tensor([math.nan, 0.5]), 'The prediction has 1 values that are NaN'),
        (torch.ones(3), r'one shape, found \(3,\) and \(2,\)'),
    ],
)
def test_mistakes(prediction, message):
    with pytest.raises(ValueError, match=message):
        sums_of(prediction, torch.tensor([0.0, 1.0]))


def test_what_is_predicted_where_there_is_no_label_does_not_matter():
    label = torch.tensor([255.0, 1.0])
    assert sums_of(torch.tensor([math.nan, 1.0]), label).num_valid == 1
