import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation.functional import (
    NORMAL_METRICS,
    NormalErrorSums,
    angles_between,
    finalise_normal_errors,
    normal_error_sums,
)
from mmmtl.evaluation.functional.normal import BIN_WIDTH
from mmmtl.tasks import NORMAL


def turned(degrees):
    """Directions that are turned by angles away from the x axis, as a map (3, 1, P)."""
    radians = np.deg2rad(np.asarray(degrees, dtype=np.float64))
    vectors = np.stack([np.cos(radians), np.sin(radians), np.zeros_like(radians)])
    return torch.from_numpy(vectors)[:, None]


def sums_between(prediction, label):
    return normal_error_sums(prediction, label, NORMAL.valid_mask(label)[0])


def sums_of(degrees):
    return sums_between(turned(degrees), turned(np.zeros(len(degrees))))


@pytest.mark.parametrize('degrees', [0, 1e-12, 1e-7, 0.5, 45, 90, 179, 180 - 1e-7, 180])
def test_angles_are_exact_near_0_and_180_too(degrees):
    # The arc cosine loses half of the digits there: 1e-7 degrees would be 0.
    found = angles_between(turned([degrees])[:, 0], turned([0])[:, 0])
    assert found.item() == pytest.approx(degrees, rel=1e-9, abs=1e-13)


def test_lengths_do_not_matter():
    prediction, label = torch.tensor([[0.0], [0.0], [3.0]]), torch.tensor([[0.0], [5.0], [5.0]])
    assert angles_between(prediction, label).item() == pytest.approx(45)


def test_a_zero_prediction_is_a_right_angle_wrong():
    assert angles_between(torch.zeros(3, 1), torch.ones(3, 1)).tolist() == [90]


def test_metrics_of_hand_computed_pixels():
    metrics = finalise_normal_errors(sums_of([0, 10, 20, 25, 100]))

    assert tuple(metrics) == NORMAL_METRICS == ('mean', 'median', '11.25', '22.5', '30')
    assert metrics['mean'] == pytest.approx(155 / 5)
    assert metrics['median'] == pytest.approx(20, abs=BIN_WIDTH / 2 + 1e-9)
    assert [metrics[key] for key in ('11.25', '22.5', '30')] == [40, 60, 80]


def test_thresholds_are_strict():
    sums = sums_of([11.25 - 1e-6, 11.25 + 1e-6, 22.5 - 1e-6, 22.5 + 1e-6, 30 - 1e-6, 30 + 1e-6])
    assert sums.num_within == (1, 3, 5)


@pytest.mark.parametrize('count', [1, 2, 3, 1000, 1001])
@pytest.mark.parametrize('spread', [0.01, 1.0, 60.0])
def test_the_median_is_exact_to_half_a_bin(count, spread):
    angles = np.minimum(np.random.default_rng(count).exponential(spread, count), 180)
    found = finalise_normal_errors(sums_of(angles))['median']
    assert found == pytest.approx(np.median(angles), abs=BIN_WIDTH / 2 + 1e-9)


def test_the_median_of_two_far_values_is_between_them():
    assert finalise_normal_errors(sums_of([0, 180]))['median'] == pytest.approx(90, abs=BIN_WIDTH)


def test_random_vectors_against_plain_numpy():
    rng = np.random.default_rng(0)
    prediction, label = rng.normal(size=(2, 3, 20, 30))
    label[:, rng.random((20, 30)) < 0.3] = 0
    metrics = finalise_normal_errors(
        sums_between(torch.from_numpy(prediction), torch.from_numpy(label))
    )

    valid = np.linalg.norm(label, axis=0) > 0
    a, b = prediction[:, valid], label[:, valid]
    cosine = (a * b).sum(axis=0) / np.linalg.norm(a, axis=0) / np.linalg.norm(b, axis=0)
    angle = np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))
    assert metrics['mean'] == pytest.approx(angle.mean())
    assert metrics['median'] == pytest.approx(np.median(angle), abs=BIN_WIDTH / 2 + 1e-9)
    for threshold in (11.25, 22.5, 30):
        expected = 100 * (angle < threshold).mean()
        assert metrics[f'{threshold:g}'] == pytest.approx(expected, rel=1e-12)


def test_a_label_whose_components_add_up_to_0_is_valid():
    label = torch.tensor([1.0, -1.0, 0.0]).view(3, 1, 1)
    assert sums_between(label, label).num_valid == 1


def test_sums_of_images_add_up():
    first, second = sums_of([1, 20]), sums_of([50])
    first += second
    assert finalise_normal_errors(first) == finalise_normal_errors(sums_of([1, 20, 50]))


def test_no_valid_pixel_gives_empty_sums_and_nan():
    sums = sums_between(torch.ones(3, 2, 2), torch.zeros(3, 2, 2))

    assert (sums.num_valid, sums.angle, int(sums.histogram.sum())) == (0, 0, 0)
    assert all(math.isnan(value) for value in finalise_normal_errors(sums).values())
    assert all(math.isnan(value) for value in finalise_normal_errors(NormalErrorSums()).values())


def test_not_finite_values_are_errors_where_they_count():
    label = torch.zeros(3, 1, 2)
    label[2, 0, 0] = -1
    prediction = label.clone()
    prediction[0, 0, 1] = math.nan  # no label there
    assert sums_between(prediction, label).num_valid == 1
    with pytest.raises(ValueError, match='The prediction has 1 values that are NaN or infinite'):
        sums_between(prediction.flip(-1), label)
    with pytest.raises(ValueError, match='The label has 1 values that are NaN or infinite'):
        sums_between(label, prediction)


@pytest.mark.parametrize('shapes', [((3, 2, 2), (3, 2, 3)), ((1, 2, 2), (1, 2, 2)), ((3, 4),) * 2])
def test_other_shapes_are_errors(shapes):
    with pytest.raises(ValueError, match=r'one shape \(3, H, W\), found'):
        normal_error_sums(*(torch.ones(shape) for shape in shapes), torch.ones(2, 2) > 0)
