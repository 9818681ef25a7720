import numpy as np
import pytest
import torch

from mmmtl.tasks import DEPTH, VectorTask
from mmmtl.visualization.sheets.painters.base import known_values, no_label, percentile_range


def test_values_are_those_of_labelled_pixels_as_far_as_they_are_finite():
    label = torch.tensor([[[0.0, 2.0, float('inf')]]])
    assert known_values(DEPTH, [label, label + 1], []).tolist() == [[2.0, 1.0, 3.0]]


def test_predictions_count_where_no_pixel_has_a_label():
    pair = VectorTask(name='pair', channels=2)
    nothing = torch.full((2, 1, 2), float('nan'))
    prediction = torch.tensor([[[1.0, float('nan')]], [[2.0, 3.0]]])
    assert known_values(pair, [nothing], [prediction]).tolist() == [[1.0], [2.0]]
    assert known_values(pair, [], []).shape == (2, 0)


def test_only_a_picture_with_unlabelled_pixels_has_an_entry_for_them():
    whole, part = torch.ones(1, 2, 2), torch.tensor([[[1.0, 0.0]]])
    assert no_label(DEPTH, [whole]) == ()
    ((name, swatch),) = no_label(DEPTH, [whole, part])
    assert name == 'no label'
    own = np.zeros((1, 1, 3), np.uint8)
    assert no_label(DEPTH, [part], own)[0][1] is own
    assert not (swatch == own).any()


def test_a_range_leaves_out_the_ends():
    assert percentile_range(np.arange(101.0)) == pytest.approx((2, 98))
    assert percentile_range(np.zeros(0)) == (0, 1)
