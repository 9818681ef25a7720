import pytest
import torch
import torch.nn.functional as F
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

from mmmtl.models.decode_heads import DepthHead, NormalHead
from mmmtl.tasks import get_task
from tests.utils.fourth_task import register_height
from tests.utils.random_weights import randomise

MAPS = tuple(torch.rand(2, 8, *size) for size in ((16, 24), (8, 12)))


def features(*shape, seed=1):
    return (torch.randn(*shape, generator=torch.Generator().manual_seed(seed)),)


def label_samples(label, task='normal'):
    samples = [SegDataSample() for _ in label]
    for sample, data in zip(samples, label, strict=True):
        sample.set_data({get_task(task).gt_field: PixelData(data=data)})
    return samples


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
    losses = head.loss(MAPS, label_samples(label, 'depth'), {})
    assert losses['loss_l1'].item() == pytest.approx(expected.item(), rel=1e-5)
    by_feat = head.loss_by_feat(output, label_samples(label, 'depth'))
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


def test_the_labels_are_those_of_the_head_s_task(monkeypatch):
    register_height(monkeypatch)
    head = DepthHead(in_channels=8, channels=4, task='height')
    assert head.task == 'height'
    (sample,) = label_samples(torch.full((1, 1, 8, 12), 3.0), 'height')
    sample.set_data(dict(gt_depth_map=PixelData(data=torch.full((1, 8, 12), 100.0))))
    loss = head.loss((MAPS[1][:1],), [sample], {})['loss_l1']
    torch.testing.assert_close(loss, (head(MAPS[1][:1]) - 3).abs().mean())


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
    found = head.loss(inputs, label_samples(label), {})
    output = head(inputs)
    assert found['loss_cosine'].item() == pytest.approx(3 * (1 + output[:, 2].mean().item()))
    assert found['loss_l1'].item() == pytest.approx(0.5 * (output - label).abs().mean().item())


@pytest.mark.parametrize(
    ('head_type', 'task', 'message'),
    [
        (NormalHead, 'depth', "task: expected a task of one direction per pixel, found 'depth'"),
        (DepthHead, 'normal', "task: expected a task of one number per pixel, found 'normal'"),
        (NormalHead, 'flow', "Unknown task 'flow'"),
    ],
)
def test_a_task_of_another_quantity_is_named(head_type, task, message):
    with pytest.raises(ValueError, match=message):
        head_type(in_channels=4, channels=4, task=task)
