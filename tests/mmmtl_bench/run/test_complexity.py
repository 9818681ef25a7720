"""Parameters and multiply-adds, against counts by hand."""

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS
from torch import nn

from mmmtl_bench.run.complexity import count_flops, count_params, count_trained_params

WIDTHS = (4, 4, 4, 4, 4)


class Wrapped(nn.Module):
    """Runs a module as a segmentor is run."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, inputs, mode):
        assert mode == 'tensor'
        return self.module(inputs)


class SelfAttention(nn.Module):
    """Every pixel attends to every pixel."""

    def __init__(self, fused):
        super().__init__()
        self.fused = fused
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        tokens = x.flatten(2).transpose(1, 2)
        return self.attention(tokens, tokens, tokens, need_weights=not self.fused)[0]


@pytest.fixture
def segnet(repository):
    cfg = Config.fromfile(repository / 'configs' / 'segnet_cityscapes7-seg.py')
    cfg.merge_from_dict(
        {
            'model.backbone.widths': WIDTHS,
            'model.decode_head.seg.in_channels': 4,
            'model.decode_head.seg.channels': 4,
        }
    )
    return MODELS.build(cfg.model)


def test_flops_of_a_small_segnet(segnet):
    # A 3x3 convolution 4>4 is 144 multiply-adds a pixel. At full resolution: encoder 3>4 and 4>4,
    # decoder two, head one and a 1x1 convolution 4>7; at half resolution 2 + 2; below 3 + 3.
    full = 3 * 4 * 9 + 144 + 2 * 144 + 144 + 4 * 7
    by_pixel = full + 4 * 144 / 4 + 6 * 144 * (1 / 16 + 1 / 64 + 1 / 256)
    assert count_flops(segnet, (32, 64)) == by_pixel * 32 * 64
    assert count_flops(segnet, (64, 64)) == 2 * by_pixel * 32 * 64


def test_counting_leaves_the_network_as_it_was(segnet):
    before = {name: value.clone() for name, value in segnet.state_dict().items()}
    segnet.train()
    count_flops(segnet, (32, 64))
    assert segnet.training
    assert torch.backends.mha.get_fastpath_enabled()
    for name, value in segnet.state_dict().items():
        assert torch.equal(value, before[name]), name


@pytest.mark.parametrize(
    ('layer', 'channels', 'by_hand'),
    [
        # 6 x 10 outputs (padding counts like any other input)
        (nn.Conv2d(8, 6, 3, padding=1), 8, 6 * 10 * 6 * 8 * 9),
        (nn.Conv2d(8, 6, 3, padding=1, groups=2), 8, 6 * 10 * 6 * 4 * 9),
        (nn.Conv2d(8, 6, 3, padding=1, stride=2), 8, 3 * 5 * 6 * 8 * 9),
        # every input reaches k x k outputs
        (nn.ConvTranspose2d(8, 6, 2, stride=2), 8, 6 * 10 * 8 * 6 * 4),
        (nn.Sequential(nn.Flatten(2), nn.Linear(60, 5)), 3, 3 * 60 * 5),
        (nn.Sequential(nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2), nn.Upsample(9)), 3, 0),
    ],
)
def test_flops_of_layers(layer, channels, by_hand):
    assert count_flops(Wrapped(layer), (6, 10), channels) == by_hand


@pytest.mark.parametrize('fused', [False, True])
def test_flops_of_attention(fused):
    tokens, width = 6 * 10, 8
    projections = 4 * tokens * width * width  # query, key, value and output
    products = 2 * tokens * tokens * width  # with the keys, then with the values
    model = Wrapped(SelfAttention(fused))
    assert count_flops(model, (6, 10), width) == projections + products


def test_parameters_without_the_loss_weighting(segnet):
    expected = sum(parameter.numel() for parameter in segnet.parameters())
    assert count_params(segnet) == expected
    segnet.loss_weighting.register_parameter('scale', nn.Parameter(torch.zeros(5)))
    assert count_params(segnet) == expected
    segnet.register_parameter('scale', nn.Parameter(torch.zeros(5)))
    assert count_params(segnet) == expected + 5


def test_trained_parameters_leave_out_what_is_frozen(segnet):
    assert count_trained_params(segnet) == count_params(segnet)
    segnet.loss_weighting.register_parameter('scale', nn.Parameter(torch.zeros(5)))
    segnet.backbone.requires_grad_(False)
    frozen = sum(parameter.numel() for parameter in segnet.backbone.parameters())
    assert 0 < frozen < count_params(segnet)
    assert count_trained_params(segnet) == count_params(segnet) - frozen


def test_sizes_that_cannot_be(segnet):
    with pytest.raises(ValueError, match=r'size: expected positive numbers, found \(0, 8\)'):
        count_flops(segnet, (0, 8))
    with pytest.raises(ValueError, match='size: the network cannot run on 1x1'):
        count_flops(segnet, (1, 1))
