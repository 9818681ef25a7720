import math

import pytest
import torch

from tests.utils.weighting_batches import batch_of, build, weights_of


def epoch_of(weighting, *batches):
    for batch in batches:
        weighting(batch)
        weighting.end_step()
    weighting.end_epoch()


def pair(mean, spread):
    """Losses of two batches with a variance of spread squared."""
    return mean - spread, mean + spread


def of_spreads(seg, depth, **settings):
    """A weighting, its W fixed, after epochs with these standard deviations of the losses."""
    weighting = build('LearnableWeighting', **{'lr': 0, **settings})
    for a, b in zip(seg, depth, strict=True):
        (a1, a2), (b1, b2) = pair(10, a), pair(5, b)
        epoch_of(weighting, batch_of(seg=a1, depth=b1), batch_of(seg=a2, depth=b2))
    return weighting


def test_the_start_and_the_first_two_epochs_are_equal():
    for epochs in (0, 1):
        weighting = of_spreads([2, 1][:epochs], [1, 1][:epochs])
        assert weights_of(weighting) == pytest.approx(dict(seg=0.5, depth=0.5))


def test_equation_5_by_hand():
    weighting = of_spreads([2, 1], [1, 3], window=1, eps=0.5)
    with torch.no_grad():
        weighting.log_w.copy_(torch.tensor([math.log(3), math.log(2)]))
    rates = (1 + 0.5) / (4 + 0.5), (9 + 0.5) / (1 + 0.5)
    parts = 3 * rates[0], 2 * rates[1]
    expected = [part / sum(parts) for part in parts]
    assert list(weights_of(weighting).values()) == pytest.approx(expected)


def test_variances_are_averaged_over_the_window():
    # Variances of seg by epoch: 16, 4, 1, 9; of depth 1.
    spreads = [4, 2, 1, 3]
    rates = {
        (2, 2): ((16 + 4) / 2) / 16,  # as many as there are
        (3, 2): ((4 + 1) / 2) / ((16 + 4) / 2),
        (4, 2): ((1 + 9) / 2) / ((4 + 1) / 2),
        (4, 1): 9 / 1,
        (4, 3): ((4 + 1 + 9) / 3) / ((16 + 4 + 1) / 3),
        (4, 9): ((16 + 4 + 1 + 9) / 4) / ((16 + 4 + 1) / 3),
    }
    for (epochs, window), rate in rates.items():
        weighting = of_spreads(spreads[:epochs], [1] * epochs, window=window)
        found = weights_of(weighting)
        assert found['seg'] / found['depth'] == pytest.approx(rate, rel=1e-6), (epochs, window)


def test_a_batch_counts_as_often_as_it_has_images():
    weighting = build('LearnableWeighting', lr=0)
    epoch_of(weighting, batch_of(3, seg=1, depth=1), batch_of(1, seg=5, depth=1))
    # mean 2: three times 1, once 9
    assert weighting.variances[-1].tolist() == [3, 0]


def test_the_step_by_hand():
    weighting = build('LearnableWeighting', lr=0.1)
    weighting(batch_of(seg=2, depth=0.5))
    assert weights_of(weighting) == dict(seg=0.5, depth=0.5)  # the step comes after the batch
    weighting.end_step()
    # f = 1.25, so that the gradient is 0.5 * (2 - 1.25) and 0.5 * (0.5 - 1.25)
    assert weighting.log_w.tolist() == pytest.approx([-0.0375, 0.0375])


def test_the_step_follows_the_gradient_of_the_sum():
    weighting = of_spreads([2, 1], [1, 3], lr=0.2)
    with torch.no_grad():
        weighting.log_w.copy_(torch.tensor([0.3, -0.2]))
    start = weighting.log_w.clone()
    log_w = start.double().requires_grad_()
    rates = torch.tensor([(4 + 1) / 2 / 4, (1 + 9) / 2 / 1], dtype=torch.float64)
    parts = log_w.exp() * rates
    (gradient,) = torch.autograd.grad((parts / parts.sum() * torch.tensor([3.0, 7.0])).sum(), log_w)
    weighting(batch_of(seg=3, depth=7))
    weighting.end_step()
    torch.testing.assert_close(weighting.log_w - start, -0.2 * gradient.float())


def test_accumulated_batches_make_one_step_with_their_mean():
    weighting, other = build('LearnableWeighting', lr=0.1), build('LearnableWeighting', lr=0.1)
    weighting(batch_of(seg=2, depth=0.5))
    weighting(batch_of(seg=1, depth=0.1))
    weighting.end_step()
    other(batch_of(seg=1.5, depth=0.3))
    other.end_step()
    torch.testing.assert_close(weighting.log_w.data, other.log_w.data)
    assert weighting.log_w[0].item() == pytest.approx(-0.03)
    weighting.end_step()  # nothing new
    torch.testing.assert_close(weighting.log_w.data, other.log_w.data)


def test_a_missing_task_has_no_part_in_the_step():
    weighting = build('LearnableWeighting', tasks=('seg', 'depth', 'normal'), lr=0.1)
    weighting(batch_of(seg=2, depth=1))
    weighting.end_step()
    # Between the two alone: 0.5 * (2 - 1.5)
    assert weighting.log_w.tolist() == pytest.approx([-0.025, 0.025, 0])
    weighting(batch_of(normal=5))
    weighting.end_step()
    assert weighting.log_w.tolist() == pytest.approx([-0.025, 0.025, 0])


def test_an_epoch_without_a_task_is_none_for_it():
    weighting = of_spreads([2, 1], [1, 3])
    before = weighting.variances.clone()
    epoch_of(weighting, batch_of(seg=1), batch_of(seg=2))
    assert weighting.epochs.tolist() == [3, 2]
    assert torch.equal(weighting.variances[:, 1], before[:, 1])
    assert weighting.variances[-1, 0] == 0.25


def test_extreme_losses_give_finite_weights():
    for seg, depth in (([0, 0], [0, 0]), ([0, 1e6], [1, 1]), ([1e6, 0], [0, 1e6])):
        found = weights_of(of_spreads(seg, depth, lr=1.0))
        assert all(0 <= weight <= 1 for weight in found.values())
        assert sum(found.values()) == pytest.approx(1)
    weighting = build('LearnableWeighting')
    with pytest.raises(FloatingPointError, match='nan'):
        weighting(batch_of(seg=math.nan, depth=1))
    assert weighting.batches == 0


def test_no_optimizer_has_a_part_in_it():
    weighting = build('LearnableWeighting', lr=0.1)
    assert [name for name, _ in weighting.named_parameters()] == ['log_w']
    assert not weighting.log_w.requires_grad
    weights = weighting(batch_of(seg=2, depth=1)).weights
    assert not any(weight.requires_grad for weight in weights.values())


def test_a_loop_that_makes_no_steps_is_told():
    weighting = build('LearnableWeighting')
    weighting(batch_of(seg=2, depth=1))
    with pytest.raises(ValueError, match=r'expected a call of end_step\(\)'):
        weighting.end_epoch()


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(lr=-1), 'lr: expected a number >= 0, found -1'),
        (dict(window=0), 'window: expected a number of epochs >= 1, found 0'),
        (dict(eps=0), 'eps: expected a number > 0, found 0'),
    ],
)
def test_wrong_arguments_are_named(settings, reason):
    with pytest.raises(ValueError, match=reason):
        build('LearnableWeighting', **settings)
