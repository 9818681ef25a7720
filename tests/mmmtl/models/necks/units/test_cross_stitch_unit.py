import pytest
import torch
from torch import nn

from mmmtl.models.necks.units import CrossStitchUnit
from mmmtl.models.necks.units.cross_stitch_unit import initial_shares


def test_cross_stitch_starts_from_the_paper_s_shares():
    ones = torch.ones(1, 3, 2, 2)
    first, second = CrossStitchUnit(2, 3)([ones, 10 * ones])
    torch.testing.assert_close(first, 1.9 * ones)
    torch.testing.assert_close(second, 9.1 * ones)
    mixed = CrossStitchUnit(3, 3, own_share=0.8)([ones, 10 * ones, 100 * ones])
    torch.testing.assert_close(mixed[1], (0.1 + 8 + 10) * ones)
    (alone,) = CrossStitchUnit(1, 3)([ones])
    torch.testing.assert_close(alone, ones)
    assert CrossStitchUnit(2, 3).alpha.shape == (2, 2, 3)
    assert CrossStitchUnit(2, 3, per_channel=False).alpha.shape == (2, 2, 1)


def test_a_task_takes_of_the_others_what_its_row_says():
    unit = CrossStitchUnit(2, channels=2)
    assert isinstance(unit.alpha, nn.Parameter)
    unit.alpha.data = torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
    x = torch.tensor([1.0, 10.0]).view(1, 2, 1, 1)
    y = torch.tensor([100.0, 1000.0]).view(1, 2, 1, 1)
    first, second = unit((x, y))
    assert first.flatten().tolist() == [1 * 1 + 3 * 100, 2 * 10 + 4 * 1000]
    assert second.flatten().tolist() == [5 * 1 + 7 * 100, 6 * 10 + 8 * 1000]


def test_one_number_for_the_whole_map_counts_for_every_channel():
    unit = CrossStitchUnit(2, channels=3, per_channel=False)
    unit.alpha.data = torch.tensor([[[2.0], [0.0]], [[0.0], [3.0]]])
    x, y = torch.rand(2, 1, 3, 4, 5)
    first, second = unit([x, y])
    torch.testing.assert_close(first, 2 * x)
    torch.testing.assert_close(second, 3 * y)


def test_features_and_shares_learn():
    unit = CrossStitchUnit(2, 3)
    x, y = (torch.rand(1, 3, 2, 2, requires_grad=True) for _ in range(2))
    unit([x, y])[0].sum().backward()
    torch.testing.assert_close(x.grad, torch.full_like(x, 0.9))
    torch.testing.assert_close(y.grad, torch.full_like(y, 0.1))
    torch.testing.assert_close(unit.alpha.grad[0, 0], x.detach().sum(dim=(0, 2, 3)))
    assert not unit.alpha.grad[1].any()


@pytest.mark.parametrize(
    ('num_tasks', 'own_share', 'expected'),
    [
        (1, 0.3, [[1]]),
        (2, 0.9, [[0.9, 0.1], [0.1, 0.9]]),
        (3, 0.5, [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]]),
        (2, 1, [[1, 0], [0, 1]]),
        (2, 0, [[0, 1], [1, 0]]),
    ],
)
def test_the_initial_shares_by_hand(num_tasks, own_share, expected):
    torch.testing.assert_close(initial_shares(num_tasks, own_share), torch.tensor(expected).float())


@pytest.mark.parametrize('own_share', [1.5, -0.1])
def test_a_wrong_share_is_named(own_share):
    message = rf'^own_share: expected a number in \[0, 1\], found {own_share}\.$'
    with pytest.raises(ValueError, match=message):
        CrossStitchUnit(2, 3, own_share=own_share)
