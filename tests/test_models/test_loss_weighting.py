import math

import pytest
import torch
from mmseg.registry import MODELS

LOSSES = dict(seg=torch.tensor(2.0), depth=torch.tensor(0.5))


def build(**config):
    return MODELS.build(dict(tasks=('seg', 'depth'), **config))


def total(weighting):
    weights, regulariser = weighting(LOSSES)
    loss = sum(weights[task] * LOSSES[task] for task in LOSSES)
    return loss if regulariser is None else loss + regulariser


def test_equal():
    weights, regulariser = build(type='EqualWeighting')(LOSSES)
    assert weights == dict(seg=1, depth=1)
    assert regulariser is None


def test_fixed():
    weighting = build(type='FixedWeighting', weights=dict(depth=0.7, seg=0.3))
    weights, regulariser = weighting(LOSSES)
    assert {k: w.item() for k, w in weights.items()} == pytest.approx(dict(seg=0.3, depth=0.7))
    assert regulariser is None
    assert list(weighting.state_dict()) == ['weights']
    assert not list(weighting.parameters())


def test_uncertainty_at_its_start():
    # exp(0.5) / 2 * (2 + 0.5) + (-0.5 - 0.5) / 2
    assert total(build(type='UncertaintyWeighting')).item() == pytest.approx(
        math.exp(0.5) * 1.25 - 0.5
    )
    # Kendall's form: 1 / sigma^2 for the classes, 1 / (2 sigma^2) for the depth.
    kendall = build(type='UncertaintyWeighting', form='kendall')
    assert total(kendall).item() == pytest.approx(math.exp(0.5) * (2 + 0.25) - 0.5)


@pytest.mark.parametrize(('form', 'factors'), [('symmetric', (2, 2)), ('kendall', (1, 2))])
def test_uncertainty_learns_the_closed_form(form, factors):
    # d/ds (L exp(-s) / c + s / 2) = 0 at exp(s) = 2 L / c.
    weighting = build(type='UncertaintyWeighting', form=form).double()
    optimizer = torch.optim.LBFGS(
        weighting.parameters(), max_iter=200, line_search_fn='strong_wolfe'
    )

    def closure():
        optimizer.zero_grad()
        loss = total(weighting)
        loss.backward()
        return loss

    optimizer.step(closure)
    expected = [math.log(2 * loss / c) for loss, c in zip((2.0, 0.5), factors, strict=True)]
    assert weighting.log_variance.tolist() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ('config', 'reason'),
    [
        (dict(type='FixedWeighting', weights=dict(seg=1)), r"weights: .*\['seg', 'depth'\]"),
        (dict(type='FixedWeighting', weights=dict(seg=1, depth=-1)), 'finite numbers >= 0'),
        (dict(type='FixedWeighting', weights=dict(seg=1, depth=math.nan)), 'finite numbers >= 0'),
        (dict(type='UncertaintyWeighting', form='bayes'), "form: .*found 'bayes'"),
    ],
)
def test_wrong_arguments_are_named(config, reason):
    with pytest.raises(ValueError, match=reason):
        build(**config)


def test_losses_of_other_tasks_are_refused():
    with pytest.raises(ValueError, match=r"expected losses of \['seg', 'depth'\], found \['seg'\]"):
        build(type='EqualWeighting')(dict(seg=torch.tensor(1.0)))
