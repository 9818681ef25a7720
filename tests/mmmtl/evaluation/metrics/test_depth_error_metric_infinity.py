"""Depth errors beside those without infinitely far pixels."""

import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation.metrics import DepthErrorMetric
from tests.utils.depth_pairs import feed, make_pairs

INFINITE = 1 / 65535


@pytest.mark.parametrize('average', ['dataset', 'batch'])
def test_errors_without_infinitely_far_pixels_stand_beside_the_others(average):
    # One image: an infinitely far pixel predicted as 0.1, and 0.2 for 0.4; another: 0.3 for 0.25
    # and for 0.2.
    pairs = [
        (torch.tensor([[[0.1, 0.2, 5.0]]]), torch.tensor([[[INFINITE, 0.4, 0.0]]])),
        (torch.tensor([[[0.3, 0.3]]]), torch.tensor([[[0.25, 0.2]]])),
    ]
    metric = DepthErrorMetric(average, metrics=['rel_err', 'abs_err'], infinite=INFINITE)
    assert metric.reported_names == ('rel_err', 'abs_err', 'rel_err_finite', 'abs_err_finite')
    feed(metric, pairs, batch_size=1)
    found = metric.evaluate(2)

    assert list(found) == [f'depth/{name}' for name in metric.reported_names]
    far = (0.1 - INFINITE) * 65535  # 6552.5
    if average == 'dataset':
        rel_err, *finite = (far + 0.5 + 0.2 + 0.5) / 4, (0.5 + 0.2 + 0.5) / 3, 0.35 / 3
    else:
        rel_err, *finite = ((far + 0.5) / 2 + 0.35) / 2, (0.5 + 0.35) / 2, (0.2 + 0.075) / 2
    assert found['depth/rel_err'] == pytest.approx(rel_err, rel=1e-5)
    assert [found['depth/rel_err_finite'], found['depth/abs_err_finite']] == pytest.approx(
        finite, rel=1e-5
    )


def test_the_label_may_be_the_stored_number_in_another_precision():
    stored = np.array([[[1, 2]]], dtype=np.float32) / np.float32(65535)
    pairs = [(torch.tensor([[[1.0, 1.0]]]), torch.from_numpy(stored))]
    metric = DepthErrorMetric(metrics=['abs_err'], infinite=INFINITE)
    feed(metric, pairs, batch_size=1)
    # p = 2 is far, but not infinitely
    assert metric.evaluate(1)['depth/abs_err_finite'] == pytest.approx(1 - 2 / 65535, rel=1e-6)


def test_a_set_that_is_infinitely_far_has_no_errors_at_a_finite_distance():
    pairs = [(torch.ones(1, 2, 2), torch.full((1, 2, 2), INFINITE))]
    metric = DepthErrorMetric(infinite=INFINITE)
    feed(metric, pairs, batch_size=1)
    found = metric.evaluate(1)
    assert found['depth/abs_err'] == pytest.approx(1 - INFINITE)
    assert math.isnan(found['depth/abs_err_finite'])


def test_only_files_are_written_with_format_only_too(tmp_path):
    metric = DepthErrorMetric(infinite=INFINITE, output_dir=str(tmp_path), format_only=True)
    feed(metric, make_pairs(2), batch_size=2)
    assert metric.evaluate(2) == {}
    assert len(list(tmp_path.iterdir())) == 2


def test_infinity_is_no_label():
    with pytest.raises(
        ValueError, match='infinite: expected the number that stands for .* found inf'
    ):
        DepthErrorMetric(infinite=math.inf)
