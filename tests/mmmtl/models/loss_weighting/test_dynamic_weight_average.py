import math

import pytest
import torch
from torchjd.scalarization import DWA

from tests.utils.weighting_batches import batch_of, build, weights_of


def train(weighting, *epochs):
    """Each epoch is a list of batches."""
    for epoch in epochs:
        for batch in epoch:
            weighting(batch)
        weighting.end_epoch()
    return weighting


def of_means(seg, depth, **settings):
    """A weighting after epochs of one batch with these losses."""
    weighting = build('DynamicWeightAverage', **settings)
    return train(weighting, *[[batch_of(seg=a, depth=b)] for a, b in zip(seg, depth, strict=True)])


@pytest.mark.parametrize('epochs', [0, 1])
def test_the_first_two_epochs_are_equal(epochs):
    assert weights_of(of_means([4, 1][:epochs], [1, 1][:epochs])) == pytest.approx(
        dict(seg=1, depth=1)
    )


@pytest.mark.parametrize('temperature', [2.0, 20.0])
def test_the_third_epoch_by_hand(temperature):
    found = weights_of(of_means([4, 1], [1, 0.9], temperature=temperature))
    parts = [math.exp(0.25 / temperature), math.exp(0.9 / temperature)]
    expected = [2 * part / sum(parts) for part in parts]
    assert list(found.values()) == pytest.approx(expected)
    assert found['depth'] > found['seg']  # it fell more slowly


def test_only_the_last_two_epochs_count():
    assert weights_of(of_means([9, 4, 1], [0.1, 1, 0.9])) == weights_of(of_means([4, 1], [1, 0.9]))


def test_means_are_over_images_and_uneven_batches():
    ours = build('DynamicWeightAverage')
    train(
        ours,
        [batch_of(8, seg=1, depth=2), batch_of(1, seg=10, depth=2)],
        [batch_of(8, seg=1, depth=1), batch_of(1, seg=1, depth=1)],
    )
    assert ours.means.tolist() == [[2, 2], [1, 1]]
    assert weights_of(ours) == pytest.approx(dict(seg=1, depth=1))


def test_it_equals_torchjd_over_even_batches():
    ours, theirs = build('DynamicWeightAverage'), DWA(temperature=2.0)
    generator = torch.Generator().manual_seed(0)
    for _ in range(4):
        for _ in range(3):
            losses = torch.rand(2, generator=generator)
            values = losses.clone().requires_grad_()
            (expected,) = torch.autograd.grad(theirs(values), values)
            found = ours(batch_of(seg=losses[0], depth=losses[1])).weights.values()
            assert [weight.item() for weight in found] == pytest.approx(expected.tolist(), rel=1e-5)
        ours.end_epoch()
        theirs.step()


def test_an_epoch_without_a_task_is_none_for_it():
    weighting = of_means([4, 1], [1, 0.9])
    before = weights_of(weighting)
    train(weighting, [batch_of(seg=0.25)])  # seg falls by the same factor once more
    assert weights_of(weighting) == pytest.approx(before)
    assert weights_of(weighting, batch_of(depth=1)) == dict(depth=pytest.approx(before['depth']))
    assert weighting.epochs.tolist() == [3, 2]


def test_a_task_that_comes_late_starts_equal():
    weighting = build('DynamicWeightAverage')
    train(weighting, *[[batch_of(seg=loss)] for loss in (4, 4, 4)], [batch_of(seg=4, depth=7)])
    assert weights_of(weighting) == pytest.approx(dict(seg=1, depth=1))


def test_extreme_losses_give_finite_weights():
    assert weights_of(of_means([0, 0], [1, 1])) == pytest.approx(dict(seg=1, depth=1))
    assert weights_of(of_means([1, 0], [1, 0])) == pytest.approx(dict(seg=1, depth=1))
    assert weights_of(of_means([0, 1], [1, 1])) == pytest.approx(dict(seg=2, depth=0))
    assert weights_of(of_means([1e6, 1], [1, 1e6])) == pytest.approx(dict(seg=0, depth=2))


def test_a_loss_that_is_not_finite_is_not_remembered():
    weighting = of_means([4, 1], [1, 0.9])
    with pytest.raises(FloatingPointError, match='found .*nan'):
        weighting(batch_of(seg=math.nan, depth=1))
    assert weighting.epoch.images.tolist() == [0, 0]


def test_evaluation_is_not_remembered():
    weighting = build('DynamicWeightAverage')
    weighting.eval()(batch_of(seg=1, depth=1))
    assert weighting.epoch.images.tolist() == [0, 0]


def test_an_epoch_that_starts_anew_forgets_its_first_part():
    weighting = build('DynamicWeightAverage')
    weighting(batch_of(seg=100, depth=100))
    weighting.start_epoch()
    train(weighting, [batch_of(seg=2, depth=3)])
    assert weighting.means[1].tolist() == [2, 3]


def test_negative_losses_are_refused():
    with pytest.raises(ValueError, match=r"losses >= 0, found means .*'depth': -1"):
        of_means([1], [-1])


def test_a_wrong_temperature_is_named():
    with pytest.raises(ValueError, match='temperature: expected a number > 0, found 0'):
        build('DynamicWeightAverage', temperature=0)
