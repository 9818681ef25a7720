import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.backbones import SegNetEncoder
from mmmtl.models.necks.units import AttentionV1, EncoderAttentionV1
from tests.utils.plain.stage_attention import conv_norm
from tests.utils.random_weights import randomise


def randn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def build(*sizes, **settings):
    attention = AttentionV1(*sizes, **settings).double()
    randomise(attention)
    return attention


def plain(attention, u, own, p, training):
    """The equation, with ``F.interpolate`` or a convolution of stride 2 where sizes change."""
    state = {name: value.clone() for name, value in attention.state_dict().items()}

    def layer(x, name, **how):
        return conv_norm(x, state, f'{name}.0', f'{name}.1', training, **how)

    if own is not None:
        u = torch.cat([u, layer(own, 'f', padding=1).relu()], dim=1)
    down = u.shape[2] > p.shape[2]
    x = layer(u, 'g', padding=1, stride=2 if down else 1).relu()
    if down:
        x = x[..., : p.shape[2], : p.shape[3]]
    else:
        x = F.interpolate(x, size=p.shape[2:], mode='bilinear', align_corners=True)
    return (layer(x, 'h').sigmoid() + 1) * p


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize(
    ('downsample', 'size', 'masked'),
    [
        (True, (8, 12), (4, 6)),
        (True, (9, 13), (4, 6)),  # the pooling drops the last row and column
        (False, (4, 6), (8, 12)),
        (False, (4, 6), (9, 13)),
    ],
)
def test_it_agrees_with_plain_torch(downsample, size, masked, training):
    attention = build(5, 3, 6, f_channels=2, g_channels=4, downsample=downsample).train(training)
    u, own, p = randn(2, 5, *size), randn(2, 3, *size, seed=1), randn(2, 6, *masked, seed=2)
    expected = plain(attention, u, own, p, training)
    found = attention(u, own, p)
    assert found.shape == p.shape
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-9)


def test_the_first_block_has_nothing_of_its_own():
    attention = build(5, 0, 6, f_channels=2, g_channels=4, downsample=True).eval()
    assert [name for name, _ in attention.named_children()] == ['g', 'h']
    assert attention.g[0].in_channels == 5
    u, p = randn(2, 5, 8, 12), randn(2, 6, 4, 6, seed=2)
    torch.testing.assert_close(attention(u, None, p), plain(attention, u, None, p, False))


def test_the_features_are_kept_once_and_added_masked():
    attention = build(5, 0, 6, f_channels=2, g_channels=4, downsample=True).eval()
    ratio = attention(randn(2, 5, 8, 12), None, torch.ones(2, 6, 4, 6, dtype=torch.float64))
    assert 1 < ratio.min() < 1.5 < ratio.max() < 2


@pytest.fixture
def encoded():
    encoder = SegNetEncoder(widths=(8, 12, 3), num_convs=(2, 2, 2)).double().eval()
    randomise(encoder)
    with torch.no_grad():
        return encoder(randn(2, 3, 19, 26))


def test_each_block_of_the_encoder_reads_the_one_before(encoded):
    attention = EncoderAttentionV1((8, 12, 3)).double().eval()
    randomise(attention)
    own = None
    attended = attention(encoded)
    for block, shared, found in zip(attention, encoded, attended, strict=True):
        own = plain(block, shared.first, own, shared.pooled, False)
        assert found.shape == shared.pooled.shape
        torch.testing.assert_close(found, own, atol=1e-12, rtol=1e-9)


def test_the_encoder_s_masks_have_the_preprint_s_widths():
    first, second, third = EncoderAttentionV1((8, 12, 2))
    assert not hasattr(first, 'f')
    # f keeps a quarter of what it reads, g is as wide as the block
    assert second.f[0].weight.shape == (2, 8, 3, 3)
    assert second.g[0].weight.shape == (12, 12 + 2, 3, 3)
    assert second.h[0].weight.shape == (12, 12, 1, 1)
    assert third.f[0].weight.shape == (3, 12, 3, 3)
    assert EncoderAttentionV1((2, 4))[1].f[0].out_channels == 1  # never less than one
