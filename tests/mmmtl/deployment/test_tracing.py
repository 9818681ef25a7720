import pytest
import torch
from torch import nn

from mmmtl.deployment import DynamicAxes, trace_network
from tests.utils.steps import Steps


def images(*shape):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (*shape, 3), dtype=torch.uint8, generator=generator)


@pytest.mark.parametrize(
    ('axes', 'taken', 'refused'),
    [
        (DynamicAxes.ALL, [(1, 4, 6), (2, 4, 6), (3, 5, 7)], []),
        (DynamicAxes.BATCH, [(1, 4, 6), (3, 4, 6)], [(3, 5, 6), (1, 4, 7)]),
        (DynamicAxes.NONE, [(1, 4, 6)], [(2, 4, 6), (1, 5, 6)]),
    ],
)
def test_the_graph_takes_what_may_differ_and_nothing_else(axes, taken, refused):
    network = Steps()
    graph = trace_network(network, (4, 6), axes).module()
    for shape in taken:
        assert torch.equal(graph(images(*shape))['step'], network(images(*shape))['step'])
    for shape in refused:
        with pytest.raises((AssertionError, RuntimeError)):  # it depends on torch's version
            graph(images(*shape))


def test_axes_may_differ_unless_something_else_is_said():
    graph = trace_network(Steps(), (4, 6)).module()
    assert graph(images(3, 5, 7))['step'].shape == (3, 1, 5, 7)


class OfFixedSize(nn.Module):
    """A network whose parameter has the size of the images."""

    dtype = torch.float32

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 6))

    def forward(self, image):
        return {'sum': (image[..., 0] * self.weight)[:, None]}


def test_a_network_that_fixes_what_is_to_be_dynamic_is_an_error():
    with pytest.raises(torch._dynamo.exc.UserError):
        trace_network(OfFixedSize(), (4, 6), DynamicAxes.ALL)
    program = trace_network(OfFixedSize(), (4, 6), DynamicAxes.BATCH)
    assert program.module()(torch.ones(3, 4, 6, 3))['sum'].shape == (3, 1, 4, 6)
