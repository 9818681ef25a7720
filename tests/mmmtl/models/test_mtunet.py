"""MT-UNet against plain torch functions, its parameters counted by hand, and its switches."""

import pytest
import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmseg.registry import MODELS
from torch import nn

import mmmtl.tasks
from mmmtl.models.backbones import DenseUNetEncoder
from mmmtl.models.necks import CrossTalkDecoder
from mmmtl.tasks import Quantity, Task, register_task
from tests.utils.plain.layers import PlainLayers, join
from tests.utils.random_weights import randomise

TASKS = ('seg', 'depth', 'normal')
WIDTHS = (8, 12, 16, 20)
BOTTLENECK = 24
IMAGE = torch.rand(2, 3, 50, 70, generator=torch.Generator().manual_seed(1))


def build(tasks=TASKS, cross_talk=True, dropout_ratio=0.0):
    model = nn.Sequential(
        DenseUNetEncoder(widths=WIDTHS, bottleneck_width=BOTTLENECK, dropout_ratio=dropout_ratio),
        CrossTalkDecoder(tasks, in_channels=(*WIDTHS, BOTTLENECK), cross_talk=cross_talk),
    )
    randomise(model)
    return model


def plain_mtunet(image, layers, tasks, cross_talk):
    """Gives the last features of each task, after the paper's equations."""

    def conv_relu_norm(x, name):
        return layers.norm(layers.conv(x, f'{name}.0').relu(), f'{name}.2')

    def conv_norm(x, name):
        return layers.norm(layers.conv(x, f'{name}.0'), f'{name}.1')

    encoded = []
    x = image
    for b in range(4):
        first = conv_relu_norm(x, f'0.blocks.{b}.first')
        encoded.append(conv_relu_norm(torch.cat((x, first), 1), f'0.blocks.{b}.second'))
        x = F.max_pool2d(encoded[-1], 2)
    x = conv_relu_norm(conv_relu_norm(x, '0.bottleneck.0'), '0.bottleneck.1')
    weight, bias = (layers.state[f'0.upsample.{key}'] for key in ('weight', 'bias'))
    x = F.conv_transpose2d(x, weight, bias, stride=2)

    decoded = dict.fromkeys(tasks, x)
    for b in range(4):
        before = dict(decoded)
        for task in tasks:
            name = f'1.decoders.{task}.{b}'
            seen = [before[task]]
            if cross_talk and b == 2:
                seen += [before[other] for other in tasks if other != task]
            u = conv_relu_norm(join(encoded[3 - b], *seen), f'{name}.first')
            g = conv_norm(u, f'{name}.mask.0').relu()
            h = conv_norm(g, f'{name}.mask.1').sigmoid()
            decoded[task] = h * conv_relu_norm(u, f'{name}.second')
    return decoded


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('cross_talk', [False, True])
@pytest.mark.parametrize('count', [1, 2, 3])
def test_it_agrees_with_plain_torch(count, cross_talk, training):
    tasks = TASKS[:count]
    model, image = build(tasks, cross_talk), IMAGE
    if training:  # in double precision: batch statistics of few pixels amplify rounding
        model, image = model.double(), image.double()
    layers = PlainLayers(model.state_dict(), training)
    with torch.no_grad():
        outputs = model.train(training)(image)
        expected = plain_mtunet(image, layers, tasks, cross_talk)
    tolerance = 1e-9 if training else 1e-5
    assert tuple(outputs) == tasks
    for task in tasks:
        assert expected[task].shape == (2, 8, 50, 70)
        assert expected[task].abs().max() > 0.1
        torch.testing.assert_close(
            outputs[task][-1], expected[task], atol=tolerance, rtol=tolerance
        )


def conv_norm(inputs, outputs):
    return 9 * inputs * outputs + outputs + 2 * outputs


def parameters_by_hand(tasks, cross_talk, heads):
    widths, bottleneck = (64, 128, 256, 512), 1024
    encoder = sum(
        conv_norm(before, width) + conv_norm(before + width, width)
        for before, width in zip((3, *widths), widths, strict=False)
    )
    encoder += conv_norm(512, bottleneck) + conv_norm(bottleneck, bottleneck)
    encoder += 4 * bottleneck * bottleneck + bottleneck  # transposed convolution 2x2
    decoder = 0
    for block, (skip, before) in enumerate([(512, 1024), (256, 512), (128, 256), (64, 128)]):
        talking = tasks if cross_talk and block == 2 else 1
        decoder += conv_norm(skip + talking * before, skip) + 3 * conv_norm(skip, skip)
    return encoder + tasks * decoder + sum(64 * channels + channels for channels in heads)


@pytest.mark.parametrize(
    ('name', 'tasks', 'cross_talk', 'heads'),
    [
        ('mtunet_cityscapes2', 2, True, (2, 1)),
        ('mtunet_cityscapes7', 2, True, (7, 1)),
        ('mtunet_cityscapes19', 2, True, (19, 1)),
        ('mtunet_cityscapes7-no-crosstalk', 2, False, (7, 1)),
        ('stunet_cityscapes7-seg', 1, False, (7,)),
        ('stunet_cityscapes19-depth', 1, False, (1,)),
    ],
)
def test_the_parameters_are_those_counted_by_hand(repository, name, tasks, cross_talk, heads):
    config = Config.fromfile(repository / 'configs' / f'{name}.py')
    with torch.device('meta'):
        model = MODELS.build(config.model)
    weighting = sum(p.numel() for p in model.loss_weighting.parameters())
    found = sum(p.numel() for p in model.parameters()) - weighting
    assert found == parameters_by_hand(tasks, cross_talk, heads)


def test_only_cross_talk_lets_one_task_reach_another():
    for cross_talk in (False, True):
        model = build(cross_talk=cross_talk)
        model(IMAGE)['depth'][-1].square().mean().backward()
        other = model[1].decoders['seg']
        reached = [[p.grad is not None for p in block.parameters()] for block in other]
        assert [all(block) for block in reached] == [cross_talk, cross_talk, False, False]
        assert [any(block) for block in reached] == [cross_talk, cross_talk, False, False]
        assert all(p.grad is not None for p in model[0].parameters())
        assert all(p.grad is not None for p in model[1].decoders['depth'].parameters())


def test_four_tasks(monkeypatch):
    monkeypatch.setattr('mmmtl.tasks._TASKS', dict(mmmtl.tasks._TASKS))
    register_task(
        Task(
            name='height',
            quantity=Quantity.SCALAR,
            map_key='gt_height_map',
            path_key='height_map_path',
            gt_field='gt_height_map',
            pred_field='pred_height_map',
            invalid=0,
        )
    )
    model = build((*TASKS, 'height'))
    assert model[1].decoders['height'][2].first[0].in_channels == WIDTHS[1] + 4 * WIDTHS[2]
    outputs = model(IMAGE)
    sum(features[-1].square().mean() for features in outputs.values()).backward()
    assert all(p.grad is not None for p in model.parameters())


def test_dropout_acts_between_the_encoder_blocks_in_training_alone():
    encoder = build(dropout_ratio=0.5)[0].eval()
    torch.manual_seed(0)
    with torch.no_grad():
        still = encoder(IMAGE)
        for module in encoder.modules():  # statistics of the batch would differ, too
            module.training = isinstance(module, nn.Dropout)
        shaken = encoder(IMAGE)
    assert torch.equal(shaken[0], still[0])
    assert all(not torch.allclose(a, b) for a, b in zip(shaken[1:], still[1:], strict=True))


@pytest.mark.parametrize('size', [(16, 16), (17, 31), (45, 64)])
def test_the_last_features_have_the_image_s_size(size):
    outputs = build(TASKS[:2]).eval()(torch.rand(1, 3, *size))
    assert [tuple(features[-1].shape[2:]) for features in outputs.values()] == [size, size]


def test_wrong_settings_are_named():
    with pytest.raises(ValueError, match=r'in_channels: .*at least 4 .* found \[8, 8, 8\]'):
        CrossTalkDecoder(['seg'], in_channels=(8, 8, 8))
    with pytest.raises(ValueError, match=r'expected \[8, 8\], found feature maps with \[8, 8, 8\]'):
        CrossTalkDecoder(['seg'], (8, 8), cross_talk=False)([torch.rand(1, 8, 4, 4)] * 3)
    with pytest.raises(ValueError, match=r'dropout_ratio: .*found 1'):
        DenseUNetEncoder(dropout_ratio=1)
