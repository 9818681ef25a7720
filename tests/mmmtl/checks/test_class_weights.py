from types import SimpleNamespace

import pytest

from mmmtl.checks.class_weights import check_class_weights
from mmmtl.checks.problems import Problems


@pytest.mark.parametrize(
    ('weights', 'out_channels', 'wrong'),
    [([1.0, 2.0], 3, True), ([1.0, 2.0, 3.0], 3, False), (None, 3, False), ([1.0], 1, False)],
)
def test_there_is_one_for_each_class(weights, out_channels, wrong):
    problems = Problems()
    loss = SimpleNamespace(class_weight=weights)
    head = SimpleNamespace(num_classes=3, out_channels=out_channels, loss_decode=[loss])
    check_class_weights({'head': head}, problems)
    expected = 'head.loss_decode.0.class_weight: expected 3 numbers, one for each class, found 2.'
    assert problems.lines() == ([expected] if wrong else [])
