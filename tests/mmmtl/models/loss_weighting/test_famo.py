import math

import pytest
import torch
from torchjd.scalarization import FAMO

from tests.utils.weighting_batches import batch_of, build, total, weights_of

TASKS = ('seg', 'depth', 'normal')


def test_the_first_weights_by_hand():
    # z = 1/2: the weights go like 1 / L, and c makes them add up to 1.
    weighting = build('FAMOWeighting')
    batch = batch_of(seg=2, depth=0.5)
    assert weights_of(weighting, batch) == pytest.approx(dict(seg=0.2, depth=0.8))
    c = 1 / (0.5 / 2 + 0.5 / 0.5)
    expected = c * (0.5 * math.log(2) + 0.5 * math.log(0.5))
    assert total(weighting, batch.joined).item() == pytest.approx(expected, abs=1e-6)


def test_a_task_that_falls_faster_loses_weight():
    weighting = build('FAMOWeighting')
    weighting(batch_of(seg=2, depth=2))
    weighting.end_step(batch_of(seg=1, depth=1.9))
    # Adam's first step is the learning rate in the gradient's direction.
    assert weighting.logits.tolist() == pytest.approx([-0.025, 0.025], rel=1e-4)
    found = weights_of(weighting, batch_of(seg=1, depth=1))
    assert found['depth'] > 0.5 > found['seg']


@pytest.mark.parametrize('weight_decay', [0, 1e-3, 0.1])
def test_it_is_that_of_torchjd(weight_decay):
    ours = build('FAMOWeighting', TASKS, weight_decay=weight_decay)
    theirs = FAMO(3, weight_decay=weight_decay)
    generator = torch.Generator().manual_seed(0)
    for step in range(20):
        before, after = torch.rand(2, 3, generator=generator) + 0.1
        values = before.clone().requires_grad_()
        (expected,) = torch.autograd.grad(theirs(values), values)
        found = ours(dict(zip(TASKS, before, strict=True))).weights.values()
        assert [w.item() for w in found] == pytest.approx(expected.tolist(), rel=1e-4), step
        theirs.update(after)
        ours.end_step(batch_of(**dict(zip(TASKS, after, strict=True))))
    torch.testing.assert_close(ours.logits.data, theirs._w.data, rtol=1e-4, atol=1e-6)


def test_a_missing_task_has_no_part_in_the_step():
    weighting = build('FAMOWeighting', TASKS, weight_decay=0)
    weighting(batch_of(depth=2, seg=2))
    weighting.end_step(batch_of(depth=1, seg=2))
    assert weighting.logits.tolist() == pytest.approx([0.025, -0.025, 0], rel=1e-4)
    assert sum(weights_of(weighting, batch_of(normal=3, seg=1)).values()) == pytest.approx(1)


def test_steps_go_on_after_a_resume():
    def step(weighting, seg, depth):
        weighting(batch_of(seg=1, depth=1))
        weighting.end_step(batch_of(seg=seg, depth=depth))

    whole, resumed, without_moments = (build('FAMOWeighting') for _ in range(3))
    step(whole, 0.5, 0.9)
    resumed.load_state_dict(whole.state_dict())
    without_moments.logits.data.copy_(whole.logits)
    for weighting in (whole, resumed, without_moments):
        step(weighting, 0.9, 0.4)
    assert torch.equal(whole.logits, resumed.logits)
    assert not torch.allclose(whole.logits, without_moments.logits)


@pytest.mark.parametrize(('seg', 'depth'), [(0, 1), (0, 0), (1e6, 0), (-1, 1)])
def test_extreme_losses_give_finite_weights(seg, depth):
    weighting = build('FAMOWeighting')
    weighting(batch_of(seg=seg, depth=depth))
    weighting.end_step(batch_of(seg=depth, depth=seg))
    found = weights_of(weighting, batch_of(seg=seg, depth=depth))
    assert torch.tensor(list(found.values())).isfinite().all()


def test_a_loop_that_does_not_compute_the_losses_again_is_told():
    weighting = build('FAMOWeighting')
    with pytest.raises(ValueError, match=r'after the step, of the tasks \[\], found \[\]'):
        weighting.end_step()
    weighting(batch_of(seg=1, depth=1))
    with pytest.raises(ValueError, match=r"of the tasks \['seg', 'depth'\], found \[\]"):
        weighting.end_step()
    weighting(batch_of(seg=1, depth=1))
    with pytest.raises(ValueError, match=r"of the tasks \['seg', 'depth'\], found \['seg'\]"):
        weighting.end_step(batch_of(seg=1))


@pytest.mark.parametrize('name', ['lr', 'weight_decay'])
def test_wrong_arguments_are_named(name):
    with pytest.raises(ValueError, match=f'{name}: expected a number >= 0, found -1'):
        build('FAMOWeighting', **{name: -1})
