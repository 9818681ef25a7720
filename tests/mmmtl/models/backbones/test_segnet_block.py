import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.backbones.segnet_block import SegNetBlock, encode, segnet_blocks
from tests.utils.random_weights import randomise


def plain_layer(x, layer):
    """Convolution, normalisation with running statistics and ReLU."""
    conv, norm, _ = layer
    x = F.conv2d(x, conv.weight, conv.bias, padding=1)
    mean, var, gamma, beta = (
        value.view(-1, 1, 1)
        for value in (norm.running_mean, norm.running_var, norm.weight, norm.bias)
    )
    return (gamma * (x - mean) / (var + 1e-5).sqrt() + beta).relu()


def test_a_block_gives_its_first_and_its_last_convolution():
    block = SegNetBlock(3, 5, num_convs=3, hidden_channels=4).eval()
    randomise(block)
    x = torch.randn(2, 3, 6, 7)
    layers = [block.first, *block.others]
    assert [layer[0].out_channels for layer in layers] == [4, 4, 5]
    outputs = []
    with torch.no_grad():
        first, last = block(x)
        for layer in layers:
            x = plain_layer(x, layer)
            outputs.append(x)
    torch.testing.assert_close(first, outputs[0], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(last, outputs[-1], atol=1e-5, rtol=1e-5)


def test_hidden_channels_are_the_output_s_unless_given():
    block = SegNetBlock(3, 5, num_convs=4)
    assert [layer[0].out_channels for layer in (block.first, *block.others)] == [5] * 4
    assert SegNetBlock(3, 5, num_convs=2, hidden_channels=8).first[0].out_channels == 8


def test_the_first_output_is_not_overwritten_by_the_others():
    block = SegNetBlock(3, 5, num_convs=2).eval()
    randomise(block)
    x = torch.randn(1, 3, 4, 4)
    with torch.no_grad():
        assert torch.equal(block(x)[0], block.first(x))  # the activations work in place


def test_encoding_by_hand():
    last = torch.tensor([[[[1.0, 3, 9], [2, 0, 9], [4, 5, 9], [7, 6, 9]]]])  # the last column
    features = encode(lambda x: (x + 1, x), last)
    assert torch.equal(features.first, last + 1)
    assert features.last is last
    assert features.pooled.tolist() == [[[[3], [7]]]]  # is dropped
    assert features.indices.tolist() == [[[[1], [9]]]]
    unpooled = features.unpool(torch.tensor([[[[10.0], [20.0]]]]))
    assert unpooled.tolist() == [[[[0, 10, 0], [0, 0, 0], [0, 0, 0], [20, 0, 0]]]]


def test_gradients_go_to_the_maxima_alone():
    x = torch.tensor([[[[1.0, 3], [2, 0]]]], requires_grad=True)
    features = encode(lambda x: (x, x), x)
    features.unpool(5 * features.pooled).sum().backward()
    assert x.grad.tolist() == [[[[0, 5], [0, 0]]]]


def test_blocks_are_built_in_their_order():
    norm = dict(type='GN', num_groups=1)
    blocks = segnet_blocks((3, 4), (4, 6), (2, 3), hidden=(5, 7), norm_cfg=norm)
    channels = [
        [(layer[0].in_channels, layer[0].out_channels) for layer in (block.first, *block.others)]
        for block in blocks
    ]
    assert channels == [[(3, 5), (5, 4)], [(4, 7), (7, 7), (7, 6)]]
    assert all(isinstance(block.first[1], torch.nn.GroupNorm) for block in blocks)
    with pytest.raises(ValueError, match='shorter'):
        segnet_blocks((3, 4), (4, 6), (2,))
