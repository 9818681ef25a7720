import pytest
import torch
from torch import nn

from mmmtl.deployment.shapes import checked_shapes, require_shapes
from mmmtl.deployment.tracing import DynamicAxes, trace_network
from tests.utils.steps import Steps


@pytest.mark.parametrize(
    ('axes', 'expected'),
    [
        (DynamicAxes.NONE, [(1, 32, 48)]),
        (DynamicAxes.BATCH, [(1, 32, 48), (2, 32, 48)]),
        (DynamicAxes.ALL, [(1, 32, 48), (2, 32, 48), (1, 37, 55)]),
    ],
)
def test_the_checked_shapes(axes, expected):
    assert checked_shapes((32, 48), axes) == expected


@pytest.mark.parametrize('axes', DynamicAxes)
def test_a_network_for_any_size_takes_them_all(axes):
    require_shapes(trace_network(Steps(), (4, 6), axes), torch.uint8, (4, 6), axes)


class Windows(nn.Module):
    """Pads to whole windows where the size needs it, as window attention does."""

    dtype = torch.float32

    def forward(self, image):
        x = image.permute(0, 3, 1, 2)
        if x.shape[2] % 4:
            x = nn.functional.pad(x, (0, 0, 0, 4 - x.shape[2] % 4))
        return {'mean': x.mean(1, keepdim=True)[:, :, : image.shape[1]]}


@pytest.mark.parametrize('height', [8, 9])
def test_a_graph_of_one_way_is_not_for_any_size(height):
    size = (height, 12)
    program = trace_network(Windows(), size, DynamicAxes.ALL)
    with pytest.raises(ValueError, match=r'^the graph refuses [12] images of \d+x\d+: '):
        require_shapes(program, torch.float32, size, DynamicAxes.ALL)
    program = trace_network(Windows(), size, DynamicAxes.BATCH)
    require_shapes(program, torch.float32, size, DynamicAxes.BATCH)
    with pytest.raises(ValueError, match=rf'^the graph refuses 5 images of {height}x12: '):
        require_shapes(
            trace_network(Windows(), size, DynamicAxes.NONE),
            torch.float32,
            size,
            DynamicAxes.BATCH,
        )
