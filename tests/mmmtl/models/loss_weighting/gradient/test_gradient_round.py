import pytest
import torch

from mmmtl.models.loss_weighting.gradient.gradient_round import GradientRound


def row(*values):
    return [None if value is None else torch.tensor([float(value)]) for value in values]


def numbers(gradients):
    return [[tensor.item() for tensor in own] for own in gradients]


def test_a_round_is_over_when_each_task_has_come():
    current = GradientRound(['seg', 'depth'])
    current.add('seg', row(1, 2), torch.tensor(3.0))
    assert not current.is_complete
    current.add('depth', row(4, 5), torch.tensor(6.0))
    assert current.is_complete
    gradients, losses = current.finish()
    assert numbers(gradients) == [[1, 2], [4, 5]]
    assert losses == dict(seg=3, depth=6)
    assert not current.is_complete
    assert current.state() == {}


def test_batches_of_one_task_are_averaged_and_tasks_come_in_their_order():
    current = GradientRound(['seg', 'depth'])
    for value in (1, 2, 6):
        current.add('depth', row(value), torch.tensor(10.0 * value))
    current.add('seg', row(7), torch.tensor(1.0))
    gradients, losses = current.finish()
    assert numbers(gradients) == [[7], [3]]
    assert losses == dict(seg=1, depth=30)


def test_what_one_task_alone_depends_on_is_left_out_and_what_one_lacks_is_zero():
    current = GradientRound(['seg', 'depth', 'normal'])
    current.add('seg', row(1, None, 2, None), torch.tensor(0.0))
    current.add('depth', row(None, None, 3, 4), torch.tensor(0.0))
    current.add('normal', row(5, 6, 7, None), torch.tensor(0.0))
    assert numbers(current.finish()[0]) == [[1, 2], [0, 3], [5, 7]]


def test_losses_that_were_given_stay_as_they_are():
    current = GradientRound(['seg', 'depth'])
    loss = torch.tensor(1.0, dtype=torch.float64)
    current.add('seg', row(1), loss)
    current.add('seg', row(1), torch.tensor(3.0))
    assert loss == 1


@pytest.mark.parametrize('batches', [0, 1, 3])
def test_it_goes_on_in_the_middle(batches):
    whole, resumed = GradientRound(['seg', 'depth']), GradientRound(['seg', 'depth'])
    for number in range(batches):
        whole.add('seg', row(number, None), torch.tensor(float(number)))
    state = {key: value.clone() for key, value in whole.state().items()}
    assert all(isinstance(value, torch.Tensor) for value in state.values())
    resumed.load(state)
    for current in (whole, resumed):
        current.add('seg', row(9, None), torch.tensor(9.0))
        current.add('depth', row(5, 6), torch.tensor(6.0))
    one, two = whole.finish(), resumed.finish()
    assert numbers(one[0]) == numbers(two[0])
    assert one[1] == two[1]
