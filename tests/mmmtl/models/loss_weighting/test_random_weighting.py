import pytest
import torch

from tests.utils.weighting_batches import batch_of, build, weights_of

BATCH = batch_of(seg=2, depth=1, normal=3)
TASKS = ('seg', 'depth', 'normal')


def draw(weighting, batches):
    """Trains over some batches."""
    return [[w.item() for w in weighting(BATCH).weights.values()] for _ in range(batches)]


def test_weights_are_positive_sum_to_one_and_differ():
    drawn = torch.tensor(draw(build('RandomWeighting', TASKS), 500))
    assert (drawn > 0).all()
    torch.testing.assert_close(drawn.sum(1), torch.ones(500))
    assert len({tuple(row) for row in drawn.tolist()}) == 500


def test_logarithms_are_normal_up_to_a_shift():
    # The difference of two standard normal numbers has mean 0 and variance 2.
    logs = torch.tensor(draw(build('RandomWeighting', TASKS), 2000)).log()
    difference = logs[:, 0] - logs[:, 1]
    assert difference.mean().abs() < 0.1
    assert difference.var().item() == pytest.approx(2, rel=0.1)


def test_only_the_seed_and_the_number_of_the_batch_count():
    first = draw(build('RandomWeighting', TASKS), 6)
    torch.manual_seed(123)
    assert draw(build('RandomWeighting', TASKS), 6) == first
    assert draw(build('RandomWeighting', TASKS, seed=1), 6) != first
    state = torch.get_rng_state()
    build('RandomWeighting', TASKS)(BATCH)
    assert torch.equal(torch.get_rng_state(), state)  # the network's own draws are left alone


def test_draws_go_on_after_a_resume():
    whole, resumed = build('RandomWeighting', TASKS), build('RandomWeighting', TASKS)
    draw(whole, 4)
    resumed.load_state_dict(whole.state_dict())
    assert draw(resumed, 3) == draw(whole, 3)


def test_evaluation_draws_nothing():
    weighting = build('RandomWeighting', TASKS)
    assert weights_of(weighting, BATCH) == weights_of(weighting, BATCH)
    assert list(weights_of(weighting, BATCH).values()) == draw(weighting, 1)[0]


def test_a_missing_task_leaves_the_others_their_weights():
    weighting = build('RandomWeighting', TASKS)
    all_weights = weights_of(weighting, BATCH)
    some = weights_of(weighting, batch_of(normal=1, seg=1))
    assert some == dict(normal=all_weights['normal'], seg=all_weights['seg'])


def test_a_wrong_seed_is_named():
    with pytest.raises(ValueError, match='seed: expected a number >= 0, found -1'):
        build('RandomWeighting', seed=-1)
