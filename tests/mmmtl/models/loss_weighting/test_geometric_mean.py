import sys

import pytest
import torch
from torchjd.scalarization import GeometricMean

from tests.utils.weighting_batches import batch_of, build, total, weights_of


def test_by_hand():
    weighting = build('GeometricMeanWeighting')
    batch = batch_of(seg=8, depth=2)
    assert weights_of(weighting, batch) == pytest.approx(dict(seg=4 / 16, depth=4 / 4))
    assert total(weighting, batch.joined).item() == pytest.approx(4)


def test_it_is_that_of_torchjd():
    losses = dict(seg=torch.tensor(0.3), depth=torch.tensor(4.0), normal=torch.tensor(1.1))
    values = torch.stack(list(losses.values())).requires_grad_()
    (expected,) = torch.autograd.grad(GeometricMean()(values), values)
    found = weights_of(build('GeometricMeanWeighting', tuple(losses)), losses)
    assert list(found.values()) == pytest.approx(expected.tolist(), rel=1e-5)


def test_the_mean_is_over_the_tasks_of_the_batch():
    weighting = build('GeometricMeanWeighting')
    assert weights_of(weighting, batch_of(depth=3)) == dict(depth=pytest.approx(1))


@pytest.mark.parametrize(('seg', 'depth'), [(0, 1), (0, 0), (1e6, 0), (1e6, 1e-6)])
def test_extreme_losses_give_finite_weights(seg, depth):
    found = weights_of(build('GeometricMeanWeighting'), batch_of(seg=seg, depth=depth))
    assert torch.tensor(list(found.values())).isfinite().all()


def test_negative_losses_are_refused():
    with pytest.raises(ValueError, match='non-negative'):
        build('GeometricMeanWeighting')(batch_of(seg=1, depth=-1))


def test_a_wrong_eps_is_named():
    with pytest.raises(ValueError, match='eps: expected a number > 0, found 0'):
        build('GeometricMeanWeighting', eps=0)


def test_a_missing_torchjd_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, 'torchjd', None)
    monkeypatch.delitem(sys.modules, 'torchjd.scalarization')
    with pytest.raises(
        ValueError, match=r"GeometricMeanWeighting needs TorchJD.*'torchjd\[full\]'"
    ):
        build('GeometricMeanWeighting')
