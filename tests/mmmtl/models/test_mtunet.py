"""MT-UNet, encoder and decoders together, against plain torch functions, and its switches."""

import pytest
import torch
from torch import nn

from mmmtl.models.backbones import DenseUNetEncoder
from mmmtl.models.necks import CrossTalkDecoder
from tests.utils.fourth_task import register_height
from tests.utils.plain.layers import PlainLayers
from tests.utils.plain.mtunet import plain_decoders, plain_encoder
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
        encoded = plain_encoder(image, layers, '0.')
        expected = plain_decoders(encoded, layers, tasks, cross_talk, '1.')
    tolerance = 1e-9 if training else 1e-5
    assert tuple(outputs) == tasks
    for task in tasks:
        last = expected[task][-1]
        assert last.shape == (2, 8, 50, 70)
        assert last.abs().max() > 0.1
        torch.testing.assert_close(outputs[task][-1], last, atol=tolerance, rtol=tolerance)


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
    register_height(monkeypatch)
    model = build((*TASKS, 'height'))
    assert model[1].decoders['height'][2].first[0].in_channels == WIDTHS[1] + 4 * WIDTHS[2]
    outputs = model(IMAGE)
    sum(features[-1].square().mean() for features in outputs.values()).backward()
    assert all(p.grad is not None for p in model.parameters())


@pytest.mark.parametrize('size', [(16, 16), (17, 31), (45, 64)])
def test_the_last_features_have_the_image_s_size(size):
    outputs = build(TASKS[:2]).eval()(torch.rand(1, 3, *size))
    assert [tuple(features[-1].shape[2:]) for features in outputs.values()] == [size, size]
