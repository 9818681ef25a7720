import math

import pytest
import torch

from mmmtl.evaluation.functional import (
    DEPTH_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
    merge_depth_errors,
)

# the ratios are 1, 1.2, 1.8, 1.25 (not under 1.25), none (negative); the last label is invalid
LABEL = torch.tensor([[[1.0, 1.0, 2.0, 4.0, 1.0, 0.0]]])
PREDICTION = torch.tensor([[[1.0, 1.2, 3.6, 5.0, -1.0, 9.0]]])


def test_sums_of_hand_computed_pixels():
    sums = depth_error_sums(PREDICTION, LABEL)

    assert sums.num_valid == 5
    assert sums.abs_err == pytest.approx(0 + 0.2 + 1.6 + 1 + 2, abs=1e-6)
    assert sums.rel_err == pytest.approx(0 + 0.2 + 0.8 + 0.25 + 2, abs=1e-6)
    assert sums.squared_err == pytest.approx(0 + 0.04 + 2.56 + 1 + 4, abs=1e-6)
    assert (sums.num_d1, sums.num_d2, sums.num_d3) == (2, 3, 4)


def test_metrics_of_hand_computed_pixels():
    metrics = finalise_depth_errors(depth_error_sums(PREDICTION, LABEL))

    assert tuple(metrics) == DEPTH_METRICS
    assert metrics == pytest.approx(
        dict(abs_err=4.8 / 5, rel_err=3.25 / 5, rmse=math.sqrt(7.6 / 5), d1=0.4, d2=0.6, d3=0.8),
        abs=1e-6,
    )


def test_thresholds_hold_in_both_directions_and_are_strict():
    label = torch.tensor([1.25, 1.0, 1.24, 1.0])
    prediction = torch.tensor([1.0, 1.25, 1.0, 1.24])

    assert depth_error_sums(prediction, label).num_d1 == 2


def test_zero_prediction_is_never_within_a_threshold():
    sums = depth_error_sums(torch.zeros(3), torch.full((3,), 1e-6))

    assert (sums.num_valid, sums.num_d1, sums.num_d2, sums.num_d3) == (3, 0, 0, 0)
    assert math.isfinite(sums.rel_err)


def test_value_range_includes_its_ends():
    label = torch.tensor([0.5, 1.0, 2.0, 10.0, 10.5])
    sums = depth_error_sums(label + 1, label, value_range=(1.0, 10.0))

    assert sums.num_valid == 3
    assert sums.abs_err == 3


def test_sums_are_in_double_precision():
    # in single precision 2**24 + 1 does not exist
    label = torch.ones(2, dtype=torch.float64)
    prediction = torch.tensor([2.0**24 + 1, 2.0], dtype=torch.float64)

    assert depth_error_sums(prediction, label).abs_err == 2**24 + 1


def test_no_valid_pixel_gives_empty_sums_and_nan():
    sums = depth_error_sums(torch.ones(1, 2, 2), torch.zeros(1, 2, 2))

    assert sums == DepthErrorSums()
    assert all(math.isnan(value) for value in finalise_depth_errors(sums).values())


def test_merge_does_not_depend_on_the_order():
    sums = [DepthErrorSums(1, value, value, value, 1, 1, 1) for value in (1e16, 1.0, -1e16, 1e-3)]

    merged = merge_depth_errors(sums)

    assert merged == merge_depth_errors(reversed(sums))
    assert merged.abs_err == 1.001
    assert (merged.num_valid, merged.num_d1, merged.num_d2, merged.num_d3) == (4, 4, 4, 4)


def test_merge_of_nothing_is_empty():
    assert merge_depth_errors([]) == DepthErrorSums()


@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_not_finite_prediction_of_a_valid_pixel_is_an_error(value):
    label = torch.tensor([1.0, 2.0])

    with pytest.raises(ValueError, match='prediction has 1 values that are NaN or infinite'):
        depth_error_sums(torch.tensor([1.0, value]), label)


def test_not_finite_prediction_without_a_label_does_not_count():
    sums = depth_error_sums(torch.tensor([1.0, math.inf]), torch.tensor([1.0, 0.0]))

    assert sums.num_valid == 1


def test_not_finite_label_is_an_error():
    with pytest.raises(ValueError, match='label has 1 values'):
        depth_error_sums(torch.ones(2), torch.tensor([1.0, math.nan]))


def test_different_shapes_are_an_error():
    with pytest.raises(ValueError, match=r'found \(1, 2, 2\) and \(1, 2, 3\)'):
        depth_error_sums(torch.ones(1, 2, 2), torch.ones(1, 2, 3))
