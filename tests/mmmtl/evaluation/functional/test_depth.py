import dataclasses
import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation.functional import (
    DEPTH_METRICS,
    SCALAR_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
    merge_depth_errors,
)
from mmmtl.tasks import DEPTH, ScalarTask

NUMBERS = ScalarTask(name='saliency')  # every number is a label

# the ratios are 1, 1.2, 1.8, 1.25 (not under 1.25), none (negative); the last label is invalid
LABEL = torch.tensor([[[1.0, 1.0, 2.0, 4.0, 1.0, 0.0]]])
PREDICTION = torch.tensor([[[1.0, 1.2, 3.6, 5.0, -1.0, 9.0]]])


def sums_of(prediction, label, task=DEPTH, **options):
    return depth_error_sums(prediction, label, task.valid_mask(label), **options)


def plain_metrics(prediction, label):
    """All metrics of positive labels, in numpy."""
    p, y = prediction.double().numpy(), label.double().numpy()
    d = np.log(p) - np.log(y)
    ratio = np.maximum(p / y, y / p)
    return dict(
        abs_err=np.abs(p - y).mean(),
        rel_err=(np.abs(p - y) / y).mean(),
        sq_rel=((p - y) ** 2 / y).mean(),
        rmse=np.sqrt(((p - y) ** 2).mean()),
        rmse_log=np.sqrt((d**2).mean()),
        log10=np.abs(np.log10(p) - np.log10(y)).mean(),
        silog=100 * np.std(d),
        d1=(ratio < 1.25).mean(),
        d2=(ratio < 1.25**2).mean(),
        d3=(ratio < 1.25**3).mean(),
    )


def test_sums_of_hand_computed_pixels():
    sums = sums_of(PREDICTION, LABEL)

    assert sums.num_valid == 5
    assert sums.abs_err == pytest.approx(0 + 0.2 + 1.6 + 1 + 2, abs=1e-6)
    assert sums.rel_err == pytest.approx(0 + 0.2 + 0.8 + 0.25 + 2, abs=1e-6)
    assert sums.squared_err == pytest.approx(0 + 0.04 + 2.56 + 1 + 4, abs=1e-6)
    assert (sums.num_d1, sums.num_d2, sums.num_d3) == (2, 3, 4)


def test_metrics_of_hand_computed_pixels():
    metrics = finalise_depth_errors(sums_of(PREDICTION, LABEL))

    assert tuple(metrics) == DEPTH_METRICS
    assert metrics == pytest.approx(
        dict(abs_err=4.8 / 5, rel_err=3.25 / 5, rmse=math.sqrt(7.6 / 5), d1=0.4, d2=0.6, d3=0.8),
        abs=1e-6,
    )


def test_thresholds_hold_in_both_directions_and_are_strict():
    label = torch.tensor([1.25, 1.0, 1.24, 1.0])
    prediction = torch.tensor([1.0, 1.25, 1.0, 1.24])

    assert sums_of(prediction, label).num_d1 == 2


def test_zero_prediction_is_never_within_a_threshold():
    sums = sums_of(torch.zeros(3), torch.full((3,), 1e-6))

    assert (sums.num_valid, sums.num_d1, sums.num_d2, sums.num_d3) == (3, 0, 0, 0)
    assert math.isfinite(sums.rel_err)


def test_limits_include_their_ends():
    label = torch.tensor([0.5, 1.0, 2.0, 10.0, 10.5])
    sums = sums_of(label + 1, label, min_value=1.0, max_value=10.0)

    assert sums.num_valid == 3
    assert sums.abs_err == 2  # the prediction 11 counts as 10


def test_sums_are_in_double_precision():
    # in single precision 2**24 + 1 does not exist
    label = torch.ones(2, dtype=torch.float64)
    prediction = torch.tensor([2.0**24 + 1, 2.0], dtype=torch.float64)

    assert sums_of(prediction, label).abs_err == 2**24 + 1


def test_no_valid_pixel_gives_empty_sums_and_nan():
    sums = sums_of(torch.ones(1, 2, 2), torch.zeros(1, 2, 2))

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
        sums_of(torch.tensor([1.0, value]), label)


def test_not_finite_prediction_without_a_label_does_not_count():
    sums = sums_of(torch.tensor([1.0, math.inf]), torch.tensor([1.0, 0.0]))

    assert sums.num_valid == 1


def test_not_finite_label_is_an_error():
    with pytest.raises(ValueError, match='label has 1 values'):
        sums_of(torch.ones(2), torch.tensor([1.0, math.nan]))


def test_different_shapes_are_an_error():
    with pytest.raises(ValueError, match=r'found \(1, 2, 2\) and \(1, 2, 3\)'):
        sums_of(torch.ones(1, 2, 2), torch.ones(1, 2, 3))


def test_all_metrics_against_plain_numpy():
    generator = torch.Generator().manual_seed(0)
    prediction, label = torch.rand(2, 1, 20, 30, generator=generator) + 0.2
    label[0, :3] = 0
    sums = sums_of(prediction, label, metrics=SCALAR_METRICS)
    metrics = finalise_depth_errors(sums, SCALAR_METRICS)

    assert tuple(metrics) == SCALAR_METRICS
    assert metrics == pytest.approx(plain_metrics(prediction[label > 0], label[label > 0]))


def test_metrics_come_in_the_order_asked_for():
    sums = sums_of(torch.full((1,), 2.0), torch.ones(1))
    assert list(finalise_depth_errors(sums, ['d1', 'abs_err']).items()) == [
        ('d1', 0.0),
        ('abs_err', 1.0),
    ]


def test_logarithms_do_not_change_the_other_sums():
    generator = torch.Generator().manual_seed(1)
    prediction, label = torch.rand(2, 1, 20, 30, generator=generator) + 0.2
    plain = sums_of(prediction, label)
    assert plain.squared_log_err == plain.log_err == plain.abs_log_err == 0
    assert plain == dataclasses.replace(
        sums_of(prediction, label, metrics=SCALAR_METRICS),
        log_err=0.0,
        abs_log_err=0.0,
        squared_log_err=0.0,
    )


def test_a_common_factor_does_not_matter_to_silog():
    label = torch.tensor([0.5, 1.0, 7.0])
    sums = sums_of(3 * label, label, metrics=['silog', 'log10'])
    metrics = finalise_depth_errors(sums, ['silog', 'log10'])
    assert metrics['silog'] == pytest.approx(0, abs=1e-5)
    assert metrics['log10'] == pytest.approx(math.log10(3))


def test_predictions_are_clipped_to_the_limits_of_the_labels():
    label = torch.tensor([1.0, 2.0, 4.0, 100.0])
    prediction = torch.tensor([-5.0, 2.0, 64.0, 3.0])
    metrics = ['abs_err', 'rmse', 'log10', 'd1', 'rel_err']
    sums = sums_of(prediction, label, min_value=0.5, max_value=8, metrics=metrics)
    found = finalise_depth_errors(sums, metrics)

    # the first counts as 0.5, the third as 8, and the label 100 does not count
    assert sums.num_valid == 3
    assert found == pytest.approx(
        dict(
            abs_err=(0.5 + 0 + 4) / 3,
            rmse=math.sqrt((0.25 + 16) / 3),
            log10=2 * math.log10(2) / 3,
            d1=1 / 3,
            rel_err=(0.5 + 0 + 1) / 3,
        )
    )


def test_one_limit_alone():
    label = torch.tensor([1.0, 5.0])
    below = sums_of(torch.tensor([3.0, 9.0]), label, max_value=4)
    above = sums_of(torch.tensor([3.0, 1.0]), label, min_value=2)
    assert (below.num_valid, below.abs_err) == (1, 2)
    assert (above.num_valid, above.abs_err) == (1, 3)


def test_labels_of_0_and_less_count_where_there_is_no_ratio():
    label = torch.tensor([0.0, -2.0, 4.0, math.nan])
    prediction = torch.tensor([1.0, -1.0, 5.0, 7.0])
    metrics = ['abs_err', 'rmse', 'rel_err', 'rmse_log', 'd1']
    sums = sums_of(prediction, label, NUMBERS, metrics=metrics)
    found = finalise_depth_errors(sums, metrics)

    assert (sums.num_valid, sums.num_positive) == (3, 1)
    assert found == pytest.approx(
        dict(abs_err=1, rmse=1, rel_err=0.25, rmse_log=math.log(1.25), d1=0), rel=1e-6
    )


def test_without_a_positive_label_there_is_no_ratio():
    found = finalise_depth_errors(sums_of(torch.ones(2), torch.zeros(2), NUMBERS))
    assert (found['abs_err'], found['rmse']) == (1, 1)
    assert all(math.isnan(found[name]) for name in ('rel_err', 'd1', 'd2', 'd3'))


@pytest.mark.parametrize('metric', ['rmse_log', 'log10', 'silog'])
def test_a_logarithm_of_what_is_not_positive_is_an_error(metric):
    label, prediction = torch.ones(3), torch.tensor([1.0, 0.0, -2.0])
    message = f'{metric}: expected positive predictions.* found 2 others, down to -2; `min_value`'
    with pytest.raises(ValueError, match=message):
        sums_of(prediction, label, metrics=[metric])
    with pytest.raises(ValueError, match=message.replace('-2', '0')):
        sums_of(prediction, label, min_value=0, metrics=[metric])
    assert sums_of(prediction, label, min_value=0.5, metrics=[metric]).num_positive == 3


@pytest.mark.parametrize('metrics', [['abs_rel'], [], 'rmse'])
def test_unknown_metrics_are_refused(metrics):
    with pytest.raises(ValueError, match='metrics: expected names of abs_err, .* found'):
        finalise_depth_errors(DepthErrorSums(), metrics)
