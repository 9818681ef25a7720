import math

import pytest
import torch
from torchjd.scalarization import STCH

from tests.utils.weighting_batches import batch_of, build, total, weights_of

TASKS = ('seg', 'depth', 'normal')


def test_by_hand():
    batch = batch_of(seg=2, depth=0.5)
    parts = [math.exp(0.5 * 2 / 0.25), math.exp(0.5 * 0.5 / 0.25)]
    expected = [0.5 * part / sum(parts) for part in parts]
    weighting = build('STCHWeighting', mu=0.25)
    assert list(weights_of(weighting, batch).values()) == pytest.approx(expected)
    assert total(weighting, batch.joined).item() == pytest.approx(0.25 * math.log(sum(parts)))


def test_it_is_that_of_torchjd():
    losses = torch.tensor([0.7, 3.0, 1.2])
    preference, ideal = torch.tensor([0.2, 0.5, 0.3]), torch.tensor([0.1, 1.0, 0.0])
    values = losses.clone().requires_grad_()
    (expected,) = torch.autograd.grad(STCH(0.5, preference, ideal)(values), values)
    weighting = build(
        'STCHWeighting',
        TASKS,
        mu=0.5,
        preference=dict(zip(TASKS, preference.tolist(), strict=True)),
        ideal=dict(zip(TASKS, ideal.tolist(), strict=True)),
    )
    found = weights_of(weighting, dict(zip(TASKS, losses, strict=True)))
    assert list(found.values()) == pytest.approx(expected.tolist(), rel=1e-5)


def test_a_missing_task_leaves_the_others_their_preferences():
    weighting = build('STCHWeighting', TASKS, preference=dict(seg=0.2, depth=0.5, normal=0.3))
    assert weights_of(weighting, batch_of(normal=7)) == dict(normal=pytest.approx(0.3))


@pytest.mark.parametrize(('seg', 'depth'), [(0, 0), (1e6, 0), (1e6, 1e6), (-5, 1e6)])
def test_extreme_losses_give_finite_weights(seg, depth):
    found = weights_of(build('STCHWeighting', mu=0.01), batch_of(seg=seg, depth=depth))
    assert sum(found.values()) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(mu=0), 'mu: expected a number > 0, found 0'),
        (dict(preference=dict(seg=1)), r'preference: expected one number for each of the tasks'),
        (dict(preference=dict(seg=1, depth=0)), 'preference: expected numbers > 0'),
        (dict(ideal=dict(seg=1, normal=0)), r"ideal: expected one .*found .*'normal'"),
    ],
)
def test_wrong_arguments_are_named(settings, reason):
    with pytest.raises(ValueError, match=reason):
        build('STCHWeighting', **settings)
