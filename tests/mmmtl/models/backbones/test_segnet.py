import pytest
import torch

from mmmtl.models.backbones import SegNet
from mmmtl.models.backbones.segnet import checked_blocks
from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.segnet import NUM_CONVS, plain_segnet
from tests.utils.random_weights import randomise


@pytest.mark.parametrize(
    ('settings', 'num_convs'),
    [
        (dict(), NUM_CONVS),
        (dict(widths=(8, 12, 16, 20, 40)), NUM_CONVS),
        (dict(num_convs=(4, 4, 6, 6, 6)), (4, 4, 6, 6, 6)),
    ],
    ids=['standard', 'wide', 'deep'],
)
def test_all_heads_read_the_last_features_of_one_segnet(settings, num_convs):
    tasks = ['seg', 'depth']

    def plain(image, weights, training, _):
        net = plain_segnet(image, weights, training=training, num_convs=num_convs)
        return dict.fromkeys(tasks, net.decoded[-1])

    model = build(tasks, dict(type='SegNet', **settings))
    assert_same_features(model, plain, lambda name: f'backbone.{name}')


def small(**settings):
    segnet = SegNet(widths=(4, 6, 8), num_convs=(2, 2, 3), **settings)
    randomise(segnet)
    return segnet.eval()


def test_the_outputs_are_those_of_the_decoder_blocks_the_deepest_first():
    segnet, image = small(), torch.rand(2, 3, 19, 26)
    blocks = small(return_blocks=True)(image)
    outputs = segnet(image)
    assert isinstance(outputs, tuple)
    assert [tuple(x.shape) for x in outputs] == [(2, 6, 4, 6), (2, 4, 9, 13), (2, 4, 19, 26)]
    for output, block in zip(outputs, blocks.decoder, strict=True):
        assert torch.equal(output, block.last)
    assert [tuple(block.last.shape[1:]) for block in blocks.encoder] == [
        (4, 19, 26),
        (6, 9, 13),
        (8, 4, 6),
    ]


def test_the_smallest_image_has_one_pixel_at_the_bottom():
    assert small()(torch.rand(1, 3, 8, 8))[-1].shape == (1, 4, 8, 8)


def test_it_starts_from_xavier_s_initialisation_throughout():
    torch.manual_seed(0)
    segnet = SegNet(widths=(16, 32), num_convs=(2, 2))
    segnet.init_weights()
    for conv in (segnet.encoder[1].first[0], segnet.decoder[0].others[0][0]):
        spread = (2 / (9 * (conv.in_channels + conv.out_channels))) ** 0.5
        assert conv.weight.std().item() == pytest.approx(spread, rel=0.05)
        assert not conv.bias.any()


def test_a_neck_gets_the_blocks_or_says_what_to_set():
    blocks = small(return_blocks=True)(torch.rand(1, 3, 8, 8))
    assert checked_blocks(blocks, 'MyNeck') is blocks
    with pytest.raises(ValueError, match='^MyNeck: expected the blocks') as raised:
        checked_blocks((), 'MyNeck')
    assert str(raised.value) == (
        'MyNeck: expected the blocks of a SegNet, found tuple; set backbone.return_blocks=True.'
    )
