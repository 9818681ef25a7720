import pytest
import torch
from torch import nn

from mmmtl.checks.meta import ChannelMismatch, shapes_only, weights_on_meta, without_weight_files


def test_layers_have_shapes_and_no_memory():
    with weights_on_meta():
        layer = nn.Conv2d(3, 8, 3)
        rates = [value.item() for value in torch.linspace(0, 1, 3)]
    assert layer.weight.is_meta
    assert rates == [0.0, 0.5, 1.0]


def test_shapes_are_those_of_a_real_run():
    images = torch.rand(2, 3, 16, 24)
    layers = [nn.Conv2d(3, 8, 3, stride=2), nn.BatchNorm2d(8), nn.Conv2d(8, 4, 1, groups=2)]
    network = nn.Sequential(*layers, nn.Upsample(size=(5, 7), mode='bilinear')).eval()
    expected = network(images).shape
    with shapes_only():
        assert network.to('meta')(images.to('meta')).shape == expected


@pytest.mark.parametrize(
    ('layer', 'shape'), [(nn.Conv2d(4, 8, 1), (2, 3, 4, 4)), (nn.Linear(4, 8), (2, 3))]
)
def test_other_channels_are_refused(layer, shape):
    with pytest.raises(ChannelMismatch, match='takes 4 channels, got 3'), shapes_only():
        layer.to('meta')(torch.empty(shape, device='meta'))


def test_files_of_weights_are_left_out():
    given = dict(
        pretrained='a.pth',
        backbone=dict(init_cfg=dict(type='Pretrained', checkpoint='b.pth'), depth=3),
        heads=[dict(init_cfg=dict(type='Normal'))],
    )
    assert without_weight_files(given) == dict(
        backbone=dict(depth=3), heads=[dict(init_cfg=dict(type='Normal'))]
    )
    assert given['pretrained'] == 'a.pth'
