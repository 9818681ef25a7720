import math

import pytest
import torch
from torchjd.scalarization import UW

from mmmtl.tasks import NORMAL, build_tasks
from tests.utils.weighting_batches import LOSSES, build, total


def test_at_its_start():
    # exp(0.5) / 2 * (2 + 0.5) + (-0.5 - 0.5) / 2
    assert total(build('UncertaintyWeighting')).item() == pytest.approx(math.exp(0.5) * 1.25 - 0.5)
    # Kendall's form: 1 / sigma^2 for the classes, 1 / (2 sigma^2) for the depth.
    kendall = build('UncertaintyWeighting', form='kendall')
    assert total(kendall).item() == pytest.approx(math.exp(0.5) * (2 + 0.25) - 0.5)


@pytest.mark.parametrize(('form', 'factors'), [('symmetric', (2, 2)), ('kendall', (1, 2))])
def test_it_learns_the_closed_form(form, factors):
    # d/ds (L exp(-s) / c + s / 2) = 0 at exp(s) = 2 L / c.
    weighting = build('UncertaintyWeighting', form=form).double()
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


def test_the_symmetric_form_is_that_of_torchjd():
    ours, theirs = build('UncertaintyWeighting', initial_log_variance=0.3), UW(2)
    torch.nn.init.constant_(theirs.log_var, 0.3)
    loss = theirs(torch.stack(list(LOSSES.values())))
    assert total(ours).item() == pytest.approx(loss.item())
    total(ours).backward()
    loss.backward()
    torch.testing.assert_close(ours.log_variance.grad, theirs.log_var.grad)


def test_a_wrong_form_is_named():
    with pytest.raises(ValueError, match="form: .*found 'bayes'"):
        build('UncertaintyWeighting', form='bayes')


def test_classes_and_masks_are_classifications_whatever_their_names():
    tasks = dict(
        parts=dict(type='ClassTask', classes=('a', 'b')),
        edge=dict(type='BinaryTask'),
        height=dict(type='ScalarTask'),
        normal=NORMAL,
        albedo=dict(type='VectorTask', channels=3),
    )
    expected = dict(parts=1, edge=1, height=2, normal=2, albedo=2)
    for given in (tasks, build_tasks(tasks)):
        assert build('UncertaintyWeighting', tasks=given, form='kendall').factors == expected
        symmetric = build('UncertaintyWeighting', tasks=given)
        assert symmetric.factors == dict.fromkeys(tasks, 2)


def test_only_kendall_s_form_must_know_the_tasks():
    assert build('UncertaintyWeighting', tasks=('parts', 'edge')).tasks == ('parts', 'edge')
    with pytest.raises(ValueError, match="^Unknown task 'parts'"):
        build('UncertaintyWeighting', tasks=('parts', 'edge'), form='kendall')
