import math
import random

import numpy as np
import pytest
import torch

from mmmtl.evaluation.functional import (
    ImageClassSums,
    finalise_image_class_scores,
    image_class_sums,
)
from tests.utils.errors import error_of

VALID = torch.tensor([[[True]]])


def shares(*values):
    return torch.tensor(values).view(-1, 1, 1)


def one(index, count=3):
    return torch.eye(count)[index].view(-1, 1, 1)


def sums_of(*pairs):
    total = ImageClassSums()
    for prediction, label in pairs:
        total += image_class_sums(prediction, label, VALID)
    return total


def test_by_hand():
    sums = sums_of(
        (shares(0.6, 0.3, 0.1), one(0)),
        (shares(0.6, 0.3, 0.1), one(1)),
        (shares(0.2, 0.3, 0.5), one(2)),
        (shares(0.5, 0.3, 0.2), one(0)),
        (shares(0.5, 0.3, 0.2), one(2)),
    )
    # Right: 1, 3 and 4; of the classes 2 of 2, 0 of 1 and 1 of 2. Among the first two: all but 5.
    assert finalise_image_class_scores(sums, [2, 3]) == pytest.approx(
        dict(accuracy=60, mean_accuracy=50, top2=80, top3=100)
    )


def test_against_sorting():
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 6, 200)  # the last of the seven classes has no image
    scores = rng.random((200, 7)).round(1)  # with ties
    order = np.argsort(-scores, axis=1, kind='stable')
    pairs = [
        (torch.from_numpy(row).view(7, 1, 1), one(int(index), 7).double())
        for row, index in zip(scores, ids, strict=True)
    ]
    found = finalise_image_class_scores(sums_of(*pairs), [2, 5])
    hits = order == ids[:, None]
    assert found['accuracy'] == pytest.approx(100 * hits[:, 0].mean())
    assert found['top2'] == pytest.approx(100 * hits[:, :2].any(axis=1).mean())
    assert found['top5'] == pytest.approx(100 * hits[:, :5].any(axis=1).mean())
    mean = np.mean([hits[ids == index, 0].mean() for index in range(6)])
    assert found['mean_accuracy'] == pytest.approx(100 * mean)
    random.Random(0).shuffle(pairs)
    assert finalise_image_class_scores(sums_of(*pairs), [2, 5]) == pytest.approx(found, rel=1e-12)


def test_a_constant_is_right_for_one_class_alone():
    equal = shares(0.5, 0.5)
    found = finalise_image_class_scores(sums_of((equal, one(0, 2)), (equal, one(1, 2))))
    assert found == dict(accuracy=50, mean_accuracy=50)


def test_an_image_without_a_label_does_not_count():
    nothing = image_class_sums(one(0), one(1) * math.nan, ~VALID)
    assert nothing == ImageClassSums()
    scores = finalise_image_class_scores(nothing, [5])
    assert list(scores) == ['accuracy', 'mean_accuracy', 'top5']
    assert all(math.isnan(score) for score in scores.values())


def test_what_does_not_fit_is_said():
    assert 'of one shape (C, 1, 1)' in error_of(image_class_sums, one(0), one(0, 2), VALID)
    flat = torch.ones(3, 2, 2)
    assert 'found (3, 2, 2)' in error_of(image_class_sums, flat, flat, VALID)
    infinite = shares(math.inf, 0.0, 0.0)
    assert 'NaN or infinite' in error_of(image_class_sums, infinite, one(0), VALID)
