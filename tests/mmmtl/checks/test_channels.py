import pytest
from mmseg.models.decode_heads import FCNHead
from mmseg.registry import MODELS
from torch import nn

from mmmtl.checks.channels import check_channels
from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems


class Pyramid(nn.Module):
    def forward(self, images):
        return images, images.new_empty(2, 6, 4, 4)


def lines_of(backbone, neck=None, head=None, colors=True):
    problems = Problems()
    heads = {} if head is None else dict(depth=head)
    network = Network(backbone=backbone.to('meta'), neck=neck, heads=heads, whole=True)
    check_channels(network, (8, 8), problems, colors=colors)
    return problems.lines()


def test_parts_that_fit():
    assert lines_of(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1).to('meta')) == []


def test_parts_that_do_not_fit():
    assert lines_of(nn.Conv2d(1, 4, 1)) == [
        'model.backbone: takes 1 channels, expected 3, those of the images.'
    ]
    assert lines_of(nn.Conv2d(3, 4, 1), nn.Conv2d(5, 2, 1).to('meta')) == [
        'model.neck: takes 5 channels, expected 4, those of the backbone.'
    ]


def test_what_cannot_be_followed_is_not_judged():
    class Reads(nn.Module):
        def forward(self, images):
            return images * images.sum().item()

    assert lines_of(Reads()) == []


@pytest.mark.parametrize('channels', [6, 5])
def test_a_decoder_reads_the_features_and_its_head_the_decoder(channels):
    decoder = dict(type='FCNHead', in_channels=channels, channels=4, num_convs=1)
    head = MODELS.build(
        dict(type='DecoderRegressionHead', decoder=decoder, head=dict(type='DepthHead'))
    )
    expected = 'expected 6, the channels of feature map -1 that it reads, found 5.'
    assert lines_of(Pyramid(), head=head.to('meta')) == (
        [] if channels == 6 else [f'model.decode_head.depth.in_channels: {expected}']
    )


def test_a_neck_that_asks_for_other_maps():
    neck = MODELS.build(dict(type='PADNetNeck', tasks=['depth'], in_channels=[3, 5], channels=4))
    expected = 'PADNetNeck expected [3, 5], found feature maps with [3, 6] channels.'
    assert lines_of(Pyramid(), neck.to('meta')) == [f'model.neck.in_channels: {expected}']


@pytest.mark.parametrize(
    ('index', 'problem'),
    [
        (1, ''),
        (
            0,
            'expected that of a map with 6 channels, the prediction of FCNHead, '
            'found 0, a map with 3',
        ),
        (2, 'expected one of the 2 feature maps, 0 to 1, found 2'),
    ],
)
def test_a_prediction_is_supervised_where_it_is(index, problem):
    within = dict(type='FCNHead', concat_input=False, num_classes=6)
    head = MODELS.build(dict(type='SupervisionHead', head=within, in_index=index))
    line = f'model.decode_head.depth.in_index: {problem}.'
    assert lines_of(Pyramid(), head=head) == ([line] if problem else [])


def test_a_head_that_states_no_feature_map_is_not_judged():
    head = nn.Module.__new__(FCNHead)
    nn.Module.__init__(head)
    assert lines_of(Pyramid(), head=head) == []


def test_images_of_unknown_channels_have_those_that_the_backbone_takes():
    wrong_neck = nn.Conv2d(3, 2, 1).to('meta')
    assert lines_of(nn.Conv2d(4, 4, 1), colors=False) == []
    assert lines_of(nn.Conv2d(4, 7, 1), wrong_neck, colors=False) == [
        'model.neck: takes 3 channels, expected 7, those of the backbone.'
    ]
