import pytest
import torch

from mmmtl.models.backbones import SegNetEncoder
from tests.utils.plain.segnet import block, pool
from tests.utils.random_weights import randomise

WIDTHS = (4, 6, 8)
NUM_CONVS = (2, 3, 2)


def plain_weights(encoder):
    """The weights of a convolution with normalisation, under the names of the plain version."""

    def weights(name):
        index, _, k = name.partition(':')
        layer = encoder[int(index)]
        conv, norm, _ = layer.first if k == '0' else layer.others[int(k) - 1]
        return dict(
            weight=conv.weight,
            bias=conv.bias,
            gamma=norm.weight,
            beta=norm.bias,
            mean=norm.running_mean,
            var=norm.running_var,
        )

    return weights


@pytest.mark.parametrize('training', [False, True])
def test_every_block_agrees_with_plain_torch(training):
    encoder = SegNetEncoder(widths=WIDTHS, num_convs=NUM_CONVS).double().train(training)
    randomise(encoder)
    x = torch.rand(2, 3, 19, 26, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    weights = plain_weights(encoder)
    with torch.no_grad():
        encoded = encoder(x)
        for index, features in enumerate(encoded):
            first, *_, last = block(x, weights, str(index), NUM_CONVS[index], training)
            x, indices = pool(last)
            assert last.std() > 0.05
            for found, wanted in zip(features, (first, last, x, indices), strict=True):
                torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)
    assert [tuple(f.pooled.shape[2:]) for f in encoded] == [(9, 13), (4, 6), (2, 3)]


def test_its_children_are_the_blocks():
    encoder = SegNetEncoder(in_channels=1, widths=WIDTHS, num_convs=NUM_CONVS)
    assert [name for name, _ in encoder.named_children()] == ['0', '1', '2']
    assert encoder[0].first[0].weight.shape == (4, 1, 3, 3)
    assert [len(block.others) for block in encoder] == [1, 2, 1]


def test_the_paper_s_widths_are_the_default():
    with torch.device('meta'):
        encoder = SegNetEncoder()
    assert [block.first[0].out_channels for block in encoder] == [64, 128, 256, 512, 512]
    assert [1 + len(block.others) for block in encoder] == [2, 2, 3, 3, 3]


def test_it_initialises_itself():
    torch.manual_seed(0)
    encoder = SegNetEncoder(widths=(16, 32), num_convs=(2, 2))
    encoder.init_weights()
    conv, norm, _ = encoder[1].first
    assert conv.weight.std().item() == pytest.approx((2 / (9 * 48)) ** 0.5, rel=0.05)
    assert not conv.bias.any()
    assert norm.weight.unique().tolist() == [1]


@pytest.mark.parametrize(
    ('widths', 'num_convs', 'message'),
    [
        (
            (8, 8),
            (2, 2, 2),
            r'widths and num_convs: expected one entry for each block, '
            r'found \[8, 8\] and \[2, 2, 2\]\.',
        ),
        ((), (), r'widths and num_convs: expected one entry .*, found \[\] and \[\]\.'),
        ((8, 8), (2, 1), r'num_convs: expected at least 2 in each block, found \[2, 1\]\.'),
    ],
)
def test_wrong_blocks_are_named(widths, num_convs, message):
    with pytest.raises(ValueError, match=f'^{message}$'):
        SegNetEncoder(widths=widths, num_convs=num_convs)
