from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from mmmtl.models.graph import aliases, connected_zero, tensors_in


class Pair(NamedTuple):
    left: Tensor
    right: object


def test_tensors_are_found_depth_first():
    a, b, c, d = (torch.full((2,), float(i)) for i in range(4))
    nested = dict(x=(a, [b, 'text', None]), y=Pair(c, dict(z=d)), n=3)
    assert [id(tensor) for tensor in tensors_in(nested)] == [id(t) for t in (a, b, c, d)]
    assert next(tensors_in(a)) is a
    assert list(tensors_in([])) == []


def test_a_connected_zero_gives_gradients_of_zero():
    a, b = torch.ones(3, 2, requires_grad=True), torch.ones((), requires_grad=True)
    unused = torch.ones(2, requires_grad=True)
    zero = connected_zero(dict(x=2 * a, y=[(b.exp(),)]))
    assert zero.shape == ()
    assert zero.item() == 0
    zero.backward()
    assert torch.equal(a.grad, torch.zeros(3, 2))
    assert b.grad.item() == 0
    assert unused.grad is None


@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_values_that_are_not_finite_leave_no_trace(bad):
    parameter = torch.tensor([1.0, bad], requires_grad=True)
    zero = connected_zero([2 * parameter, torch.ones(3)])
    assert zero.item() == 0
    zero.backward()
    assert parameter.grad.tolist() == [0, 0]


def test_an_alias_counts_only_what_was_computed_from_it():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    hidden = 3 * x
    alias = aliases(hidden)
    total = (hidden * 10).sum() + (alias * 5).sum()
    by_alias, by_hidden, by_x = torch.autograd.grad(total, [alias, hidden, x])
    assert by_alias.tolist() == [5, 5]
    assert by_hidden.tolist() == [15, 15]
    assert by_x.tolist() == [45, 45]


def test_aliases_keep_structure_and_values_without_a_copy():
    a, b = torch.rand(2), torch.rand(3)
    nested = dict(x=Pair(a, [b, 'text']), n=3)
    found = aliases(nested)
    assert isinstance(found['x'], Pair)
    assert found['x'].right[1] == 'text'
    assert found['n'] == 3
    for new, old in zip(tensors_in(found), (a, b), strict=True):
        assert new is not old
        assert torch.equal(new, old)
        assert new.data_ptr() == old.data_ptr()
