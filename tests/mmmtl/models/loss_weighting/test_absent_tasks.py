"""What each method does with a task that many batches have no labels of: the table of the page."""

import math

import pytest
import torch

from tests.utils.weighting_batches import batch_of, build, total, weights_of

E = math.e


def trained(weighting, **losses):
    """Weights of a batch of the training."""
    weights = weighting(batch_of(**losses)).weights
    return {task: weight.item() for task, weight in weights.items()}


def one_by_one(weighting, *batches):
    """Weights of batches of which each has labels of one task."""
    return [trained(weighting, **{task: loss}) for task, loss in batches]


@pytest.mark.parametrize(
    ('name', 'options', 'seg', 'depth'),
    [
        ('EqualWeighting', {}, 1, 1),
        ('FixedWeighting', dict(weights=dict(seg=0.3, depth=7)), 0.3, 7),
        ('UncertaintyWeighting', dict(initial_log_variance=0.0), 0.5, 0.5),
        ('IMTLLossWeighting', {}, 1, 1),
    ],
)
def test_methods_that_look_at_each_task_by_itself_see_no_difference(name, options, seg, depth):
    weighting = build(name, **options)
    assert one_by_one(weighting, ('seg', 4), ('depth', 1), ('seg', 2)) == [
        dict(seg=pytest.approx(seg)),
        dict(depth=pytest.approx(depth)),
        dict(seg=pytest.approx(seg)),
    ]
    assert not weighting.needs_two_tasks


def test_a_learned_variance_stays_while_its_task_is_absent_but_for_the_momentum():
    weighting = build('UncertaintyWeighting')
    variances = weighting.log_variance
    for optimizer, moved in (
        (torch.optim.SGD([variances], lr=0.1), [0, 0]),
        # Adam's first step is the rate. Then, without a gradient, m = 0.09 g and v = 0.000999 g^2,
        # of which the corrections are 1 - 0.81 and 1 - 0.998001: 0.4737 / 0.7069 of the rate.
        (torch.optim.Adam([variances], lr=0.1), [0, 0.0670]),
    ):
        total(weighting, dict(seg=torch.tensor(9.0), depth=torch.tensor(9.0))).backward()
        optimizer.step()
        optimizer.zero_grad()
        before = variances.detach().clone()
        total(weighting, dict(seg=torch.tensor(9.0))).backward()
        seg_gradient = variances.grad[0].item()
        assert variances.grad[1] == 0  # as the segmentor gives it, connected with zero
        variances.grad[0] = 0
        optimizer.step()
        optimizer.zero_grad()
        assert seg_gradient != 0
        assert (variances - before)[1].item() == pytest.approx(moved[1], abs=1e-4)


def epochs(weighting, *losses):
    """Lets epochs pass, in each of which every task has a batch of its own."""
    for of_epoch in losses:
        for task, loss in of_epoch.items():
            weighting(batch_of(**{task: loss}))
            weighting.end_step()
        weighting.end_epoch()


def test_means_of_epochs_need_no_batch_of_both():
    apart, together = build('DynamicWeightAverage'), build('DynamicWeightAverage')
    both = [dict(seg=1, depth=1), dict(seg=1, depth=0.5)]
    epochs(apart, *both)
    for losses in both:
        together(batch_of(**losses))
        together.end_step()
        together.end_epoch()
    expected = weights_of(together, batch_of(seg=1, depth=1))
    found = {**weights_of(apart, batch_of(seg=1)), **weights_of(apart, batch_of(depth=1))}
    assert found == expected
    assert found == pytest.approx(dict(seg=1.1244, depth=0.8756), abs=1e-4)


def test_epochs_without_a_task_leave_its_rate_as_it_was():
    weighting = build('DynamicWeightAverage')
    epochs(weighting, dict(seg=1, depth=1), dict(seg=1, depth=0.5), *[dict(seg=1)] * 10)
    assert weights_of(weighting, batch_of(depth=9)) == pytest.approx(dict(depth=0.8756), abs=1e-4)
    # ... and when it comes back, it is compared with its own last epoch, not with nothing.
    epochs(weighting, dict(seg=1, depth=1))
    softmax = E ** (2 / 2) / (E ** (2 / 2) + E ** (1 / 2))
    assert weights_of(weighting, batch_of(depth=9))['depth'] == pytest.approx(2 * softmax)


def test_random_weights_of_a_task_are_those_of_all_tasks():
    alone, together = build('RandomWeighting'), build('RandomWeighting')
    drawn = weights_of(together, batch_of(seg=1, depth=1))
    assert weights_of(alone, batch_of(depth=1)) == dict(depth=drawn['depth'])


COMPARING = ['GeometricMeanWeighting', 'STCHWeighting', 'FAMOWeighting', 'LearnableWeighting']


@pytest.mark.parametrize('name', COMPARING)
def test_methods_that_compare_tasks_say_so(name):
    assert build(name).needs_two_tasks
    assert not build(name, over='round').needs_two_tasks
    assert not [key for key in build(name).state_dict() if 'latest' in key]


def test_alone_in_a_batch_a_task_is_compared_with_nothing():
    assert one_by_one(build('GeometricMeanWeighting'), ('seg', 4), ('depth', 1)) == [
        dict(seg=pytest.approx(1)),
        dict(depth=pytest.approx(1)),
    ]
    assert one_by_one(build('STCHWeighting'), ('seg', 4), ('depth', 1)) == [
        dict(seg=pytest.approx(0.5)),
        dict(depth=pytest.approx(0.5)),
    ]
    famo = build('FAMOWeighting', weight_decay=0)
    assert one_by_one(famo, ('seg', 4)) == [dict(seg=pytest.approx(1))]
    famo.end_step(batch_of(seg=1))
    assert famo.logits.tolist() == [0, 0]
    learnable = build('LearnableWeighting', lr=0.1)
    one_by_one(learnable, ('seg', 3), ('depth', 1))
    learnable.end_step()
    assert learnable.log_w.tolist() == [0, 0]


def test_over_a_round_the_geometric_mean_is_that_of_the_last_losses():
    weighting = build('GeometricMeanWeighting', over='round')
    found = one_by_one(weighting, ('seg', 4), ('depth', 1), ('seg', 9))
    # 4 alone; sqrt(4 * 1) / (2 * 1); sqrt(9 * 1) / (2 * 9)
    assert found == [
        dict(seg=pytest.approx(1)),
        dict(depth=pytest.approx(1)),
        dict(seg=pytest.approx(1 / 6)),
    ]
    assert total(weighting, dict(depth=torch.tensor(4.0))).item() == pytest.approx(6)  # sqrt(9 * 4)


def test_over_a_round_the_smooth_maximum_is_that_of_the_last_losses():
    weighting = build('STCHWeighting', over='round')
    found = one_by_one(weighting, ('seg', 2), ('depth', 0))
    # p L is 1 and 0 with p = 1/2: softmax(1, 0)
    assert found == [
        dict(seg=pytest.approx(0.5)),
        dict(depth=pytest.approx(0.5 / (E + 1))),
    ]


def test_over_a_round_famo_makes_its_step_when_all_have_come():
    weighting = build('FAMOWeighting', over='round', weight_decay=0)
    weighting(batch_of(seg=2))
    weighting.end_step(batch_of(seg=1))
    assert weighting.logits.tolist() == [0, 0]
    # 1 / L of the last losses, 2 and 0.5, brought to a sum of one
    assert trained(weighting, depth=0.5) == pytest.approx(dict(depth=0.8))
    weighting.end_step(batch_of(depth=0.49))
    # seg fell by log 2, depth by log(0.5 / 0.49): Adam's first step is the rate
    assert weighting.logits.tolist() == pytest.approx([-0.025, 0.025], rel=1e-4)
    weighting(batch_of(depth=0.49))
    weighting.end_step(batch_of(depth=0.4))
    assert weighting.logits.tolist() == pytest.approx([-0.025, 0.025], rel=1e-4)  # seg is awaited


def test_over_a_round_the_learned_part_compares_the_last_losses():
    weighting = build('LearnableWeighting', over='round', lr=0.1)
    weighting(batch_of(seg=3))
    weighting.end_step()
    assert weighting.log_w.tolist() == [0, 0]
    weighting(batch_of(depth=1))
    weighting.end_step()
    # weights of a half: the mean loss is 2, the gradients are (3 - 2) / 2 and (1 - 2) / 2
    assert weighting.log_w.tolist() == pytest.approx([-0.05, 0.05])


@pytest.mark.parametrize('name', COMPARING)
def test_over_a_round_batches_of_all_tasks_are_weighed_as_before(name):
    plain, over_round = build(name), build(name, over='round')
    for seg, depth in ((2, 1), (1, 3)):
        found = [trained(w, seg=seg, depth=depth) for w in (plain, over_round)]
        assert found[0] == pytest.approx(found[1])
        for weighting in (plain, over_round):
            weighting.end_step(batch_of(seg=seg / 2, depth=depth))


@pytest.mark.parametrize('name', COMPARING)
def test_a_round_goes_on_after_a_resume(name):
    def step(weighting, task, loss):
        found = trained(weighting, **{task: loss})
        weighting.end_step(batch_of(**{task: loss / 2}))
        return found

    whole, resumed = (build(name, over='round') for _ in range(2))
    step(whole, 'seg', 3)
    resumed.load_state_dict(whole.state_dict())
    for task, loss in (('depth', 1), ('seg', 2), ('depth', 5)):
        assert step(whole, task, loss) == step(resumed, task, loss)
    for key, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key
