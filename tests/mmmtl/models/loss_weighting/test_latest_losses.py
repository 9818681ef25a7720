import pytest
import torch

from mmmtl.models.loss_weighting.latest_losses import LatestLosses, is_over_round
from tests.utils.errors import error_of
from tests.utils.weighting_batches import batch_of


def test_what_a_batch_lacks_is_what_there_was_last():
    latest = LatestLosses(['seg', 'depth', 'normal'])
    tasks, losses = latest.together_with(batch_of(depth=3))
    assert (tasks, losses.tolist()) == ([1], [3])
    assert latest.known.tolist() == [0, 0, 0]  # only update() remembers
    latest.update(batch_of(seg=2, depth=3))
    latest.update(batch_of(depth=5))
    tasks, losses = latest.together_with(batch_of(normal=1))
    assert (tasks, losses.tolist()) == ([0, 1, 2], [2, 5, 1])
    assert losses.dtype == torch.float64


def test_it_is_in_the_checkpoint():
    latest, resumed = (LatestLosses(['seg', 'depth']) for _ in range(2))
    latest.update(batch_of(depth=5))
    resumed.load_state_dict(latest.state_dict())
    assert resumed.together_with(batch_of(seg=1))[1].tolist() == [1, 5]


@pytest.mark.parametrize(('over', 'expected'), [('batch', False), ('round', True)])
def test_what_is_compared(over, expected):
    assert is_over_round(over) is expected


def test_something_else_is_named():
    assert error_of(is_over_round, 'epoch') == (
        "over: expected one of ('batch', 'round'), found 'epoch'."
    )
