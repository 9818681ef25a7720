import math

import pytest
import torch
import torch.nn.functional as F
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from torch import nn

from mmmtl.models.decode_heads import BinaryHead, DepthHead, NormalHead, VectorHead
from mmmtl.tasks import DEPTH, NORMAL, ScalarTask
from tests.utils.fourth_task import HEIGHT
from tests.utils.head_samples import head_samples
from tests.utils.random_weights import randomise

MAPS = tuple(torch.rand(2, 8, *size) for size in ((16, 24), (8, 12)))


def features(*shape, seed=1):
    return (torch.randn(*shape, generator=torch.Generator().manual_seed(seed)),)


def test_the_default_is_the_head_of_the_paper():
    """A convolution 3x3 with bias and one 1x1, with nothing between or behind them."""
    head = DepthHead(in_channels=8, channels=4).train()
    randomise(head)
    state = head.state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        'conv_seg.weight': (1, 4, 1, 1),
        'conv_seg.bias': (1,),
        'convs.0.conv.weight': (4, 8, 3, 3),
        'convs.0.conv.bias': (4,),
    }
    x = F.conv2d(MAPS[1], state['convs.0.conv.weight'], state['convs.0.conv.bias'], padding=1)
    expected = F.conv2d(x, state['conv_seg.weight'], state['conv_seg.bias'])
    assert expected.min() < 0 < expected.max()
    torch.testing.assert_close(head(MAPS), expected)  # of several inputs the last is read


def test_layers_can_be_chosen():
    head = DepthHead(
        in_channels=8,
        channels=4,
        num_convs=2,
        kernel_size=5,
        dilation=2,
        norm_cfg=dict(type='BN'),
        act_cfg=dict(type='ReLU'),
        dropout_ratio=0.3,
    )
    first, second = head.convs
    assert (first.conv.kernel_size, first.conv.dilation) == ((5, 5), (2, 2))
    assert second.conv.in_channels == 4
    assert isinstance(first.bn, nn.BatchNorm2d)
    assert isinstance(first.activate, nn.ReLU)
    assert head.dropout.p == 0.3
    assert head(MAPS).shape == (2, 1, 8, 12)


def test_several_inputs_are_joined_as_asked_for():
    head = DepthHead(
        in_channels=[8, 8], channels=4, in_index=[0, 1], input_transform='resize_concat'
    )
    assert head.convs[0].conv.in_channels == 16
    x = torch.cat([MAPS[0], F.interpolate(MAPS[1], (16, 24), mode='bilinear')], dim=1)
    torch.testing.assert_close(head(MAPS), head.conv_seg(head.convs[0](x)))


def test_it_starts_from_xavier_s_initialisation():
    torch.manual_seed(0)
    head = DepthHead(in_channels=64, channels=64)
    head.init_weights()
    conv = head.convs[0].conv
    assert conv.weight.std().item() == pytest.approx((2 / (9 * 128)) ** 0.5, rel=0.02)
    assert not conv.bias.any()
    # The last convolution, too: mmseg's own heads give it a normal of 0.01.
    assert head.conv_seg.weight.std().item() == pytest.approx((2 / 65) ** 0.5, rel=0.3)


def test_a_single_map_is_read_as_it_is():
    head = MODELS.build(dict(type='DepthHead', in_channels=8, channels=4, in_index=-1)).eval()
    assert torch.equal(head(MAPS[1]), head(MAPS))


@pytest.mark.parametrize('align_corners', [False, True])
def test_the_loss_is_taken_at_the_size_of_the_label(align_corners):
    head = DepthHead(in_channels=8, channels=4, align_corners=align_corners)
    label = torch.rand(2, 1, 15, 20)
    label[0, :, :4] = 0
    output = head(MAPS)
    resized = F.interpolate(output, (15, 20), mode='bilinear', align_corners=align_corners)
    expected = (resized - label).abs()[label > 0].mean()
    losses = head.loss(MAPS, head_samples(DEPTH, label), {})
    assert losses['loss_l1'].item() == pytest.approx(expected.item(), rel=1e-5)
    by_feat = head.loss_by_feat(output, head_samples(DEPTH, label))
    assert by_feat['loss_l1'].item() == losses['loss_l1'].item()


@pytest.mark.parametrize('align_corners', [False, True])
def test_predictions_are_resized_to_the_image(align_corners):
    head = DepthHead(in_channels=8, channels=4, align_corners=align_corners).eval()
    output = head(MAPS)
    predicted = head.predict(MAPS, [dict(img_shape=(15, 20))] * 2, {})
    expected = F.interpolate(output, (15, 20), mode='bilinear', align_corners=align_corners)
    torch.testing.assert_close(predicted, expected)


def test_an_output_of_the_right_size_is_left_alone():
    head = DepthHead(in_channels=8, channels=4)
    output = torch.randn(2, 1, 8, 12)
    assert head.resize_output(output, (8, 12)) is output


def test_the_labels_are_those_of_the_task_that_it_serves():
    head = DepthHead(in_channels=8, channels=4)
    (sample,) = head_samples(HEIGHT, torch.full((1, 1, 8, 12), 3.0))
    sample.set_data(dict(gt_depth_map=PixelData(data=torch.full((1, 8, 12), 100.0))))
    loss = head.loss((MAPS[1][:1],), [sample], {})['loss_l1']
    torch.testing.assert_close(loss, (head(MAPS[1][:1]) - 3).abs().mean())


def test_only_what_is_valid_for_the_task_counts():
    head = DepthHead(in_channels=8, channels=4)
    near = ScalarTask(name='near', min_value=1, max_value=2)
    label = torch.full((1, 1, 8, 12), 1.5)
    label[..., :4], label[..., 4:8] = 0.5, math.nan
    loss = head.loss((MAPS[1][:1],), head_samples(near, label), {})['loss_l1']
    torch.testing.assert_close(loss, (head(MAPS[1][:1])[..., 8:] - 1.5).abs().mean())


def test_the_channels_are_those_of_the_task_s_labels():
    heads = (DepthHead, NormalHead)
    outputs = [head(in_channels=8, channels=4)(MAPS).shape[1] for head in heads]
    assert outputs == [1, 3]


def test_several_losses_are_kept_apart():
    losses = [
        dict(type='MaskedCosineLoss'),
        dict(type='MaskedL1Loss', loss_weight=0.5),
        dict(type='MaskedCosineLoss', loss_weight=2.0),
    ]
    head = NormalHead(in_channels=4, channels=4, loss_decode=losses)
    inputs, label = features(1, 4, 2, 2), torch.zeros(1, 3, 2, 2)
    label[:, 2] = -1
    found = head.loss(inputs, head_samples(NORMAL, label), {})
    output = head(inputs)
    assert found['loss_cosine'].item() == pytest.approx(3 * (1 + output[:, 2].mean().item()))
    assert found['loss_l1'].item() == pytest.approx(0.5 * (output - label).abs().mean().item())


@pytest.mark.parametrize(
    ('head_type', 'channels', 'message'),
    [
        (NormalHead, 1, 'out_channels: NormalHead predicts 3 per pixel, found 1.'),
        (DepthHead, 3, 'out_channels: DepthHead predicts 1 per pixel, found 3.'),
        (BinaryHead, 2, 'out_channels: BinaryHead predicts 1 per pixel, found 2.'),
        (VectorHead, None, 'out_channels: expected a number for VectorHead, found none.'),
    ],
)
def test_channels_that_it_cannot_predict_are_named(head_type, channels, message):
    with pytest.raises(ValueError, match='out_channels') as raised:
        head_type(in_channels=4, channels=4, out_channels=channels)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ('value_range', 'activation'),
    [
        ((2.0, 10.0), lambda x: 2 + 8 / (1 + (-x).exp())),
        ((-1.0, None), lambda x: -1 + (1 + x.exp()).log()),
    ],
)
def test_values_can_be_kept_in_a_range(value_range, activation):
    free = DepthHead(in_channels=8, channels=4)
    randomise(free)
    head = DepthHead(in_channels=8, channels=4, value_range=value_range)
    head.load_state_dict(free.state_dict())
    torch.testing.assert_close(head(MAPS), activation(free(MAPS)))


@pytest.mark.parametrize(('low', 'high'), [(0.5, 3.0), (0.0, None)])
@pytest.mark.parametrize('scale', [0.1, 1.0, 10.0])
def test_a_gradient_flows_through_the_range_and_values_stay_inside(low, high, scale):
    torch.manual_seed(0)
    head = DepthHead(in_channels=8, channels=4, value_range=(low, high))
    output = head((MAPS[1] * scale,))
    assert output.min() >= low
    assert output.max() <= (math.inf if high is None else high)
    resized = head.predict((MAPS[1] * scale,), [dict(img_shape=(31, 45))] * 2, {})
    assert resized.min() >= low
    output.sum().backward()
    for parameter in head.parameters():
        assert parameter.grad.isfinite().all()
        assert parameter.grad.any()


@pytest.mark.parametrize('value_range', [(3, 3), (5, 1), (None, 2), (1,), (1, 2, 3)])
def test_an_empty_range_is_named(value_range):
    with pytest.raises(ValueError, match='value_range') as raised:
        DepthHead(in_channels=8, channels=4, value_range=value_range)
    assert str(raised.value) == (
        'value_range: expected the smallest and the largest value, or None as the largest, '
        f'found {value_range}.'
    )
