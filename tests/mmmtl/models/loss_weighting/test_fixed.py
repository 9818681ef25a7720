import math

import pytest

from tests.utils.weighting_batches import LOSSES, build, weights_of


def test_given_numbers_are_the_weights():
    weighting = build('FixedWeighting', weights=dict(depth=0.7, seg=0.3))
    assert weights_of(weighting) == pytest.approx(dict(seg=0.3, depth=0.7))
    assert weighting(LOSSES).regulariser is None
    assert list(weighting.state_dict()) == ['weights']
    assert not list(weighting.parameters())


@pytest.mark.parametrize(
    ('weights', 'reason'),
    [
        (dict(seg=1), r"weights: .*\['seg', 'depth'\]"),
        (dict(seg=1, depth=-1), 'finite numbers >= 0'),
        (dict(seg=1, depth=math.nan), 'finite numbers >= 0'),
    ],
)
def test_wrong_arguments_are_named(weights, reason):
    with pytest.raises(ValueError, match=reason):
        build('FixedWeighting', weights=weights)
