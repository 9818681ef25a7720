import pytest
import torch
from torch import nn

from mmmtl.models.necks.units import UpTransformerBlock
from mmmtl.models.necks.units.up_transformer_block import two_convs
from tests.utils.plain.layers import PlainLayers, resize
from tests.utils.random_weights import randomise


def quiet(block):
    """Leaves of a block what brings features to its grid: attention and MLP add nothing."""
    for layer in (block.attention.output, block.mlp.layers[1]):
        layer.weight.data.zero_()
        layer.bias.data.zero_()
    return block.eval()


def test_the_first_block_keeps_its_grid():
    block = quiet(UpTransformerBlock([nn.Identity(), nn.Identity()], None, 4))
    maps = [torch.randn(2, 4, 5, 7) for _ in range(2)]
    with torch.no_grad():
        found, scores = block(maps, None, (3, 4))
    for x, y in zip(found, maps, strict=True):
        torch.testing.assert_close(x, y)
    assert scores.shape == (2, 2, 2 * 3 * 4, 2, 3, 4)  # keys of two tasks, queries of a 3x4 grid


def test_a_later_block_has_the_grid_of_the_encoder_and_adds_its_features_to_each_task():
    upward = [nn.Conv2d(8, 4, 1, bias=False) for _ in range(2)]
    encoded = nn.Conv2d(6, 4, 1)
    block = quiet(UpTransformerBlock(upward, encoded, 4, receives_scores=True))
    maps = [torch.randn(1, 8, 4, 5) for _ in range(2)]
    features = torch.randn(1, 6, 7, 10)
    with torch.no_grad():
        found, _ = block(maps, features, (2, 3), torch.randn(1, 2, 12, 2, 2, 3))
        for x, y, up in zip(found, maps, upward, strict=True):
            expected = up(resize(y, (7, 10))) + encoded(features)
            torch.testing.assert_close(x, expected)


@pytest.mark.parametrize('dilation', [1, 2])
def test_two_convs(dilation):
    convs = two_convs(3, 4, 5, dict(type='BN'), dilation).eval()
    randomise(convs)
    layers = PlainLayers(convs.state_dict(), training=False)
    x = torch.randn(2, 3, 6, 7)
    expected = x
    for number in ('0', '1'):
        expected = layers.conv(expected, f'{number}.conv', padding=dilation, dilation=dilation)
        expected = layers.norm(expected, f'{number}.bn').relu()
    with torch.no_grad():
        found = convs(x)
    assert found.shape == (2, 5, 6, 7)
    torch.testing.assert_close(found, expected)
