import math

import pytest
import torch
from mmseg.registry import MODELS
from torch import nn

from mmmtl.models.losses import ClassProbabilityLoss
from mmmtl.tasks import ImageClassTask
from tests.utils.errors import error_of
from tests.utils.head_samples import head_samples

WEATHER = ImageClassTask(name='weather', classes=('sun', 'rain', 'snow'))
FEATURES = torch.tensor([[[[1.0, 2.0, 3.0]], [[4.0, 5.0, 0.0]]]])
"""Means 2 and 3."""


def build(**settings):
    settings = dict(in_channels=2, out_channels=3) | settings
    head = MODELS.build(dict(type='ImageClassHead', **settings))
    head.conv_seg.weight.data = torch.tensor([[1.0, 0], [0, 1], [0, 0]]).view(3, 2, 1, 1)
    head.conv_seg.bias.data = torch.tensor([0.0, 0.0, 1.0])
    return head


def label_of(index):
    return torch.eye(3)[index].view(3, 1, 1)


def test_a_linear_layer_on_the_mean_of_the_features():
    head = build()
    assert [module for module in head.modules() if isinstance(module, nn.Conv2d)] == [head.conv_seg]
    logits = head((torch.zeros(1), FEATURES))  # the last
    assert logits.shape == (1, 3, 1, 1)
    assert logits.flatten().tolist() == [2, 3, 1]
    assert head(FEATURES).flatten().tolist() == [2, 3, 1]  # some backbones give one map


def test_a_prediction_keeps_its_size():
    metas = [dict(img_shape=(48, 64), pad_shape=(48, 64))]
    assert build().predict((FEATURES,), metas, {}).shape == (1, 3, 1, 1)


def test_the_loss_by_hand():
    head = build()
    assert isinstance(head.loss_decode, ClassProbabilityLoss)
    losses = head.loss((FEATURES,), head_samples(WEATHER, [label_of(2)]), {})
    total = math.exp(2) + math.exp(3) + math.exp(1)
    assert {name: loss.item() for name, loss in losses.items()} == pytest.approx(
        dict(loss_class=math.log(total) - 1)
    )


def test_convolutions_come_before_the_mean():
    head = MODELS.build(
        dict(
            type='ImageClassHead', in_channels=2, channels=5, num_convs=2, out_channels=3,
            norm_cfg=dict(type='BN'), act_cfg=dict(type='ReLU'),
        )
    )  # fmt: skip
    assert head.conv_seg.in_channels == 5
    assert len(head.convs) == 2
    assert head(torch.rand(2, 2, 6, 8)).shape == (2, 3, 1, 1)


def test_several_features_can_be_joined():
    inputs = (torch.rand(2, 2, 8, 8), torch.rand(2, 3, 4, 4))
    head = MODELS.build(
        dict(
            type='ImageClassHead', in_channels=[2, 3], in_index=[0, 1], out_channels=4,
            input_transform='resize_concat',
        )
    )  # fmt: skip
    assert head.conv_seg.in_channels == 5
    assert head(inputs).shape == (2, 4, 1, 1)


def test_channels_that_cannot_be_are_named():
    settings = dict(type='ImageClassHead', in_channels=8, channels=4, out_channels=2)
    assert error_of(MODELS.build, settings).endswith(
        'channels: expected 8, those of the features, as no convolution changes them '
        '(num_convs=0), found 4.'
    )
    assert 'out_channels: expected a number' in error_of(
        MODELS.build, dict(type='ImageClassHead', in_channels=8)
    )


def test_the_mean_may_be_over_the_upper_left_part():
    head = build(mean_over=(1, 2))  # of 1, 2, 3 and 4, 5, 0
    assert head(FEATURES).flatten().tolist() == [1.5, 4.5, 1]
    nine = torch.rand(2, 2, 9, 9)
    pooled = torch.nn.functional.avg_pool2d(nine, 8)  # the MTAN authors' program
    expected = head.conv_seg(pooled)
    torch.testing.assert_close(build(mean_over=(8, 8))(nine), expected)


@pytest.mark.parametrize('size', [(0, 8), (8,)])
def test_parts_that_cannot_be_are_named(size):
    message = error_of(build, mean_over=size)
    assert message.endswith(f'mean_over: expected height and width from 1, found {size}.')


def test_a_part_that_is_larger_than_the_features_is_named():
    with pytest.raises(ValueError, match=r'size of the feature map, \(1, 3\), found \(2, 2\)'):
        build(mean_over=(2, 2))(FEATURES)
