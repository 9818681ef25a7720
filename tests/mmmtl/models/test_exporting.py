import torch
from torch import nn

from mmmtl.models.exporting import is_exporting


class Telling(nn.Module):
    """Adds 1 where it is told that it is exported."""

    def forward(self, x):
        return x + 1 if is_exporting() else x


def test_only_a_graph_that_is_being_recorded_is_exported():
    x = torch.zeros(2)
    assert is_exporting() is False
    assert Telling()(x).tolist() == [0, 0]
    program = torch.export.export(Telling(), (x,))
    assert program.module()(x).tolist() == [1, 1]
    assert is_exporting() is False
    assert Telling()(x).tolist() == [0, 0]
