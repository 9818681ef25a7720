import pytest
import torch

from mmmtl.models.loss_weighting.gradient.stateful_methods import (
    GradVacMethod,
    NashMTLMethod,
    PCDMethod,
)
from tests.utils.gradient_batches import (
    TASKS,
    build_weighting,
    random_gradients,
    weights_of,
)


@pytest.mark.parametrize('method', ['GradVac', 'PCD', 'Nash-MTL'])
def test_what_is_remembered_of_a_missing_task_stays(method):
    args = dict(primary='normal') if method == 'PCD' else {}
    module = build_weighting(method, method_args=args)
    two = build_weighting(method, tasks=('seg', 'normal'), method_args=args)
    for seed in range(3):
        without = {task: g for task, g in random_gradients(seed).items() if task != 'depth'}
        assert weights_of(module, without) == pytest.approx(weights_of(two, without), rel=1e-6)
    states = {name: value for name, value in module.named_buffers() if name.startswith('state_')}
    first = dict(build_weighting(method).named_buffers())
    for name, value in states.items():
        if value.ndim:
            assert torch.equal(value[1], first[name][1]), name
            assert not torch.equal(value, first[name]), name


@pytest.mark.parametrize('method', ['GradVac', 'PCD', 'Nash-MTL'])
def test_the_resume_test_can_fail(method):
    first, fresh = build_weighting(method), build_weighting(method)
    for seed in range(4):
        weights_of(first, random_gradients(seed))
    fresh.iterations.fill_(4)
    assert weights_of(fresh, random_gradients(4)) != weights_of(first, random_gradients(4))


def test_nash_mtl_is_solved_or_says_that_it_is_not():
    module = build_weighting('Nash-MTL')
    same = build_weighting('FairGrad')  # alpha = 1 is the same equation
    kept = 0
    for seed in range(12):
        found, expected = (weights_of(m, random_gradients(seed)) for m in (module, same))
        if module.kept == kept:
            assert found == pytest.approx(expected, rel=0.05)
        kept = module.kept.item()
    assert kept < 6


def gramian_of(*rows):
    jacobian = torch.tensor(rows, dtype=torch.float64)
    return jacobian @ jacobian.T


METHODS = {
    'GradVac': (lambda: GradVacMethod(0.5, 1e-8), dict(cosines=[[0] * 3] * 3)),
    'PCD': (lambda: PCDMethod('depth', 0.1, 0.9, 0.0), dict(squared_norms=[0] * 3, steps=0)),
    'Nash-MTL': (lambda: NashMTLMethod(1.0, 20), dict(solution=[1] * 3)),
}


@pytest.mark.parametrize('name', METHODS)
def test_nothing_is_remembered_before_the_first_batch(name):
    build, expected = METHODS[name]
    state = build().initial_state(3)
    assert {key: value.tolist() for key, value in state.items()} == expected


@pytest.mark.parametrize('name', METHODS)
def test_the_state_alone_decides(name):
    """Nothing stays behind in the method: another user's batches do not matter."""
    build, _ = METHODS[name]
    one, busy = build(), build()
    state = one.initial_state(3)
    gramians = [gramian_of(*random_gradients(seed).values()) for seed in range(3)]
    torch.manual_seed(0)
    one(gramians[0], TASKS, state)
    saved = {key: value.clone() for key, value in state.items()}
    busy(gramians[2], TASKS, busy.initial_state(3))
    torch.manual_seed(0)
    expected = one(gramians[1], TASKS, state)
    torch.manual_seed(0)
    torch.testing.assert_close(busy(gramians[1], TASKS, saved), expected)
    for key, value in state.items():
        torch.testing.assert_close(saved[key], value)


def test_grad_vac_remembers_the_cosines():
    method = GradVacMethod(beta=0.25, eps=0.0)
    state = method.initial_state(2)
    before = state['cosines']
    method(gramian_of([1.0, 0.0], [3.0, 4.0]), ['seg', 'depth'], state)
    # phi <- (1 - beta) * phi + beta * cos, from 0, with a cosine of 3 / 5
    torch.testing.assert_close(
        state['cosines'], torch.tensor([[0, 0.15], [0.15, 0]], dtype=torch.float64)
    )
    assert not before.any()  # the tensor that was handed in is not written to


def test_pcd_remembers_the_squared_norms_in_the_order_of_the_tasks():
    method = PCDMethod('normal', tau=0.1, beta=0.75, eps=0.0)
    state = method.initial_state(3)
    method(gramian_of([1.0, 0, 0], [0, 2.0, 0], [0, 0, 3.0]), TASKS, state)
    assert state['squared_norms'].tolist() == pytest.approx([0.25 * 1, 0.25 * 4, 0.25 * 9])
    assert state['steps'] == 1


def test_pcd_does_not_depend_on_where_the_primary_task_stands():
    gramian = gramian_of(*random_gradients(0).values())
    order = [2, 0, 1]
    method = PCDMethod('normal', tau=0.3, beta=0.9, eps=0.0)
    plain = method(gramian, TASKS, method.initial_state(3))
    moved = method(
        gramian[order][:, order], [TASKS[index] for index in order], method.initial_state(3)
    )
    torch.testing.assert_close(moved, plain[order])
    other = PCDMethod('seg', tau=0.3, beta=0.9, eps=0.0)
    assert not torch.allclose(other(gramian, TASKS, other.initial_state(3)), plain)


def test_pcd_needs_its_primary_task():
    method = PCDMethod('depth', tau=0.1, beta=0.9, eps=0.0)
    message = r"the primary task 'depth' is not among \['seg', 'normal'\]"
    with pytest.raises(ValueError, match=message):
        method(gramian_of([1.0, 0.0], [0.0, 1.0]), ['seg', 'normal'], method.initial_state(2))


def test_only_pcd_wants_the_gramian_as_it_is():
    assert [build().normalises for build, _ in METHODS.values()] == [True, False, True]


def test_nash_mtl_solves_its_equation_for_any_number_of_tasks():
    method = NashMTLMethod(max_norm=0, optim_niter=20)
    state = method.initial_state(2)
    # orthogonal gradients of lengths 1 and 2: G a = 1 / a at a = (1, 1 / 2)
    weights = method(gramian_of([1.0, 0.0], [0.0, 2.0]), ['seg', 'depth'], state)
    assert weights.tolist() == pytest.approx([1, 0.5], rel=1e-2)
    assert state['solution'].tolist() == pytest.approx([1, 0.5], rel=1e-2)
    three = method.initial_state(3)
    weights = method(torch.eye(3, dtype=torch.float64), TASKS, three)
    assert weights.tolist() == pytest.approx([1, 1, 1], rel=1e-2)


def test_nash_mtl_starts_again_from_1_before_it_gives_up():
    method = NashMTLMethod(max_norm=0, optim_niter=20)
    starts = []

    class Stubborn:
        """Solves nothing: its solution is where it starts."""

        def __call__(self, gradients):
            starts.append(self.prvs_alpha.tolist())
            return torch.tensor(self.prvs_alpha)

    method.new_solver = lambda count: Stubborn()
    state = dict(solution=torch.tensor([5.0, 5.0], dtype=torch.float64))
    with pytest.raises(ValueError, match='^the solver of Nash-MTL failed$'):
        method(gramian_of([1.0, 0.0], [0.0, 2.0]), ['seg', 'depth'], state)
    assert starts == [[5, 5], [1, 1]]
    assert state['solution'].tolist() == [5, 5]
