import pytest
import torch

from mmmtl.models.loss_weighting.gradient.method import GradientMethod, PreferenceMethod, factor

TASKS = ['seg', 'depth']
GRAMIAN = torch.tensor([[1.0, 2.0], [2.0, 8.0]], dtype=torch.float64)


def test_a_rule_without_memory_is_applied_to_the_gramian():
    method = GradientMethod(lambda gramian: gramian.diagonal())
    state = method.initial_state(2)
    assert state == {}
    assert method(GRAMIAN, TASKS, state).tolist() == [1, 8]
    assert state == {}
    assert method.normalises


def test_too_few_tasks_are_named():
    method = GradientMethod(torch.diag, smallest=3)
    message = r"^the method needs 3 tasks, found 2, \['seg', 'depth'\]$"
    with pytest.raises(ValueError, match=message):
        method(GRAMIAN, TASKS, {})
    assert method(torch.eye(3), [*TASKS, 'normal'], {}).tolist() == [1, 1, 1]


def rule(gramian, preference):
    return gramian.diagonal() if preference is None else gramian @ preference


def test_a_preference_is_put_into_the_order_of_the_tasks():
    method = PreferenceMethod(rule, dict(depth=10.0, seg=1.0))
    assert method(GRAMIAN, TASKS, {}).tolist() == [1 + 20, 2 + 80]
    assert method(GRAMIAN, TASKS[::-1], {}).tolist() == [10 + 2, 20 + 8]


def test_a_preference_leaves_out_missing_tasks_and_has_the_gramian_s_precision():
    seen = []

    def spying_rule(gramian, preference):
        seen.append(preference)
        return preference

    method = PreferenceMethod(spying_rule, dict(seg=1.0, depth=1 / 3, normal=3.0))
    method(GRAMIAN, ['depth', 'normal'], {})
    assert seen[0].tolist() == [1 / 3, 3]
    assert seen[0].dtype == torch.float64


def test_without_a_preference_the_rule_s_default_holds():
    assert PreferenceMethod(rule)(GRAMIAN, TASKS, {}).tolist() == [1, 8]


def test_a_factor_has_the_gramian_s_inner_products():
    jacobian = torch.randn(3, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    gramian = jacobian @ jacobian.T
    rows = factor(gramian)
    assert rows.shape == (3, 3)
    torch.testing.assert_close(rows @ rows.T, gramian)


def test_a_factor_of_a_singular_gramian_is_finite():
    one = torch.tensor([[1.0, -2.0], [-2.0, 4.0]], dtype=torch.float64)  # g and -2 g
    rows = factor(one - 1e-15 * torch.eye(2))  # rounding may make an eigenvalue negative
    assert rows.isfinite().all()
    torch.testing.assert_close(rows @ rows.T, one, atol=1e-7, rtol=1e-7)
