import pytest
import torch
from torch import nn

from mmmtl.models.backbones import SegNetEncoder
from mmmtl.models.backbones.segnet_decoder import SegNetDecoder, decoder_widths
from tests.utils.random_weights import randomise

WIDTHS = (4, 6, 8)
NUM_CONVS = (2, 3, 4)


@pytest.mark.parametrize(
    ('widths', 'expected'),
    [
        ((64, 128, 256, 512, 512), (512, 256, 128, 64, 64)),
        ((4, 6, 8), (6, 4, 4)),
        ((7,), (7,)),
    ],
)
def test_the_widths_mirror_those_of_the_encoder(widths, expected):
    assert decoder_widths(widths) == expected


def test_the_blocks_mirror_those_of_the_encoder():
    decoder = SegNetDecoder(WIDTHS, NUM_CONVS)
    channels = [
        [(layer[0].in_channels, layer[0].out_channels) for layer in (block.first, *block.others)]
        for block in decoder
    ]
    assert channels == [
        [(8, 6), (6, 6), (6, 6), (6, 6)],
        [(6, 4), (4, 4), (4, 4)],
        [(4, 4), (4, 4)],
    ]


@pytest.fixture
def encoded():
    encoder = SegNetEncoder(widths=WIDTHS, num_convs=NUM_CONVS).eval()
    randomise(encoder)
    with torch.no_grad():
        return encoder(torch.rand(2, 3, 19, 26, generator=torch.Generator().manual_seed(2)))


def test_each_block_reads_the_unpooled_output_of_the_one_before(encoded):
    decoder = SegNetDecoder(WIDTHS, NUM_CONVS).eval()
    randomise(decoder)
    x = torch.randn_like(encoded[-1].pooled)
    with torch.no_grad():
        decoded = decoder(x, encoded)
        for block, features, encoder in zip(decoder, decoded, encoded[::-1], strict=True):
            assert features.unpooled.shape == encoder.last.shape
            assert torch.equal(features.unpooled, encoder.unpool(x))
            # nothing stands where the encoder had no maximum
            kept = features.unpooled != 0
            assert kept.sum() <= x.numel()
            x = block(features.unpooled)[1]
            assert torch.equal(features.last, x)


def test_what_comes_in_need_not_be_what_was_encoded(encoded):
    """A task's decoder starts from its attended features, with the shared encoder's poolings."""
    decoder = SegNetDecoder(WIDTHS, NUM_CONVS).eval()
    randomise(decoder)
    pooled = encoded[-1].pooled
    a, b = (decoder(x, encoded)[-1].last for x in (pooled, 2 * pooled))
    assert a.shape == b.shape == (2, 4, 19, 26)
    assert not torch.allclose(a, b)


def test_the_normalisation_can_be_chosen():
    decoder = SegNetDecoder(WIDTHS, NUM_CONVS, norm_cfg=dict(type='GN', num_groups=2))
    norms = [m for m in decoder.modules() if isinstance(m, (nn.GroupNorm, nn.BatchNorm2d))]
    assert len(norms) == sum(NUM_CONVS)
    assert all(isinstance(norm, nn.GroupNorm) for norm in norms)
