"""Gradient methods whose batches have labels of one task each."""

import pytest
import torch
from mmseg.registry import MODELS

from tests.utils.errors import error_of
from tests.utils.gradient_batches import (
    TASKS,
    batch_of,
    build_weighting,
    images_and_labels,
    quadratic_batch,
    random_gradients,
    segmentor,
    weights_of,
)

METHODS = ['MGDA', 'PCGrad', 'IMTL-G', 'GradVac', 'Nash-MTL']


def apart(weighting, gradients):
    """A batch for each task in turn; the weights that each had."""
    found = {}
    for task in gradients:
        found |= weights_of(weighting, {task: gradients[task]})
    return found


@pytest.mark.parametrize('method', METHODS)
def test_the_weights_of_a_round_hold_for_the_next_one(method):
    together = build_weighting(method)
    over_round = build_weighting(method, over='round')
    before = dict.fromkeys(TASKS, 1.0)
    for seed in range(3):
        # A step of the one is a round of the other, which draws by the number of the batch.
        together.iterations.fill_(3 * seed + 2)
        given = random_gradients(seed)
        expected = weights_of(together, given)
        assert apart(over_round, given) == pytest.approx(before)
        before = expected
        assert over_round.weights.tolist() == pytest.approx(list(expected.values()))
    assert over_round.kept == 0


def test_gradnorm_compares_the_losses_of_the_round():
    config = dict(type='GradNorm', tasks=TASKS)
    together, over_round = MODELS.build(config), MODELS.build(dict(config, over='round'))
    for seed in range(3):
        expected = weights_of(together, random_gradients(seed))
        apart(over_round, random_gradients(seed))
        assert over_round.weights.tolist() == pytest.approx(list(expected.values()))
    assert torch.allclose(over_round.initial_losses, together.initial_losses)


def test_without_it_a_task_alone_is_weighed_with_one_and_the_method_says_what_it_needs():
    weighting = build_weighting('MGDA')
    assert apart(weighting, random_gradients(0)) == dict.fromkeys(TASKS, 1.0)
    assert weighting.needs_two_tasks
    assert not build_weighting('MGDA', over='round').needs_two_tasks


def test_of_several_batches_of_a_task_the_mean_counts():
    def compare(first, second):
        weighting = build_weighting('MGDA', tasks=('seg', 'depth'), over='round')
        for gradient in (first, second):
            weights_of(weighting, dict(seg=gradient))
        weights_of(weighting, dict(depth=[0.0, 3.0]))
        return weighting.weights.tolist()

    plain = build_weighting('MGDA', tasks=('seg', 'depth'))
    expected = list(weights_of(plain, dict(seg=[2.0, 0.0], depth=[0.0, 3.0])).values())
    assert compare([1.0, 0.0], [3.0, 0.0]) == pytest.approx(expected)
    # the shortest sum of (2, 0) and (0, 3) has 9 / 13 of the first: twice that, of two tasks
    assert expected == pytest.approx([18 / 13, 8 / 13], abs=5e-3)


def test_evaluation_leaves_no_trace():
    weighting = build_weighting(over='round')
    weighting.eval()(quadratic_batch(dict(seg=[1.0, 0.0])))
    assert weighting.unfinished_round() == {}


def test_a_round_goes_on_where_it_was():
    whole, resumed = (build_weighting('GradVac', over='round') for _ in range(2))
    weights_of(whole, dict(seg=random_gradients(0)['seg']))
    resumed.load_state_dict(whole.state_dict())
    state = {key: value.clone() for key, value in whole.unfinished_round().items()}
    assert state
    resumed.go_on_with_round(state)
    for weighting in (whole, resumed):
        for task in ('depth', 'normal'):
            weights_of(weighting, {task: random_gradients(0)[task]})
        assert weighting.unfinished_round() == {}
    assert torch.equal(whole.weights, resumed.weights)
    assert whole.weights.tolist() != [1, 1, 1]


@pytest.mark.parametrize('options', [dict(wrt='features'), dict(every_n_iters=2)])
def test_what_does_not_go_with_it_is_named(options):
    assert error_of(build_weighting, over='round', **options).startswith(
        "over='round': expected wrt='parameters' and every_n_iters=1 beside it, found"
    )
    assert error_of(build_weighting, over='epoch').startswith('over: expected one of')


def test_a_gradient_that_is_not_finite_leaves_the_weights_as_they_are():
    weighting = build_weighting('MGDA', over='round')
    scale = weighting.gradient_scale.item()
    weights_of(weighting, dict(seg=[float('inf'), 0.0]))
    assert weighting.kept == 1
    assert weighting.gradient_scale == scale / 2
    apart(weighting, random_gradients(0))
    assert weighting.kept == 1
    assert weighting.weights.tolist() != [1, 1, 1]


def test_tasks_that_share_nothing_are_named():
    weighting = build_weighting('MGDA', tasks=('seg', 'depth'), over='round')
    own = {task: torch.zeros(1, requires_grad=True) for task in ('seg', 'depth')}
    shared = quadratic_batch(dict(seg=[1.0])).shared._replace(parameters=tuple(own.values()))
    weighting(batch_of(dict(seg=own['seg'].sum()), shared))
    assert 'found none' in error_of(weighting, batch_of(dict(depth=own['depth'].sum()), shared))


def test_the_gradients_are_those_of_what_the_tasks_of_a_network_share():
    model = segmentor(dict(type='GradientWeighting', method='MGDA', over='round')).double()
    given, gramians = model.loss_weighting.method, []
    model.loss_weighting.method = lambda gramian, *rest: (
        gramians.append(gramian) or given(gramian, *rest)
    )
    given.normalises = model.loss_weighting.method.normalises = False
    batches = []
    for index, task in enumerate(TASKS):
        images, samples = images_and_labels([index], labelled={index: [task]})
        batches.append((task, images.double(), samples))
        model(images.double(), samples, mode='loss')

    plain = segmentor(dict(type='EqualWeighting')).double()
    shared = [*plain.backbone.parameters()]
    shared += [p for n, p in plain.neck.named_parameters() if 'attention' not in n]
    rows = []
    for task, images, samples in batches:
        loss = plain(images, samples, mode='loss')[f'{task}/loss']
        found = torch.autograd.grad(loss, shared, allow_unused=True, materialize_grads=True)
        rows.append(torch.cat([gradient.flatten() for gradient in found]))
    jacobian = torch.stack(rows)
    torch.testing.assert_close(gramians[0], jacobian @ jacobian.T, rtol=1e-6, atol=0)
