import pytest
import torch

from mmmtl.models.necks import MTINetNeck
from mmmtl.models.necks.units import FeaturePropagation
from tests.utils.plain.layers import PlainLayers, join
from tests.utils.pyramids import TASKS, assert_agrees
from tests.utils.random_weights import randomise

CHANNELS = (4, 6, 8)


def plain_propagation(features, layers, name):
    """Task by task and channel by channel, as the paper's text has it."""
    tasks = list(features)
    joined = torch.cat(list(features.values()), dim=1)
    x = layers.residual(joined, f'{name}attention.0')
    x = layers.residual(x, f'{name}attention.1')
    scores = layers.conv(x, f'{name}attention.2').chunk(len(tasks), dim=1)
    total = sum(score.exp() for score in scores)
    attended = [
        score.exp() / total * features[task] for task, score in zip(tasks, scores, strict=True)
    ]
    shared = layers.residual(torch.cat(attended, dim=1), f'{name}reduction')
    outputs = {}
    for task in tasks:
        mean = shared.mean(dim=(2, 3), keepdim=True)
        squeezed = layers.conv(mean, f'{name}selection.{task}.conv1.conv').relu()
        gate = layers.conv(squeezed, f'{name}selection.{task}.conv2.conv').sigmoid()
        outputs[task] = features[task] + gate * shared
    return outputs


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 2, 3])
def test_it_agrees_with_plain_torch(count, training):
    tasks = TASKS[:count]

    def distil(initial, layers, level):
        if count == 1:
            return initial
        distilled = {}
        for task in tasks:
            name = f'distillation.{level}'
            gate = layers.conv(initial[task], f'{name}.gates.{task}').sigmoid()
            others = [initial[other] for other in tasks if other != task]
            message = layers.conv(torch.cat(others, 1), f'{name}.messages.{task}')
            distilled[task] = initial[task] + gate * message
        return distilled

    def plain(features, layers):
        initial, distilled, before = {}, {}, None
        for level in (2, 1, 0):
            initial[level] = {}
            for task in tasks:
                x = features[level] if before is None else join(features[level], before[task])
                x = layers.residual(x, f'initial.{level}.{task}.0')
                initial[level][task] = layers.residual(x, f'initial.{level}.{task}.1')
            distilled[level] = distil(initial[level], layers, level)
            if level:
                before = plain_propagation(initial[level], layers, f'propagation.{level - 1}.')
        return {
            task: [maps[level][task] for maps in (distilled, initial) for level in range(3)]
            for task in tasks
        }

    assert_agrees(MTINetNeck(tasks, (6, 8, 10), channels=CHANNELS), plain, training)


def test_the_attention_weighs_the_tasks_not_the_channels():
    """With scores that favour one task, the shared features are that task's alone."""
    module = FeaturePropagation(('a', 'b'), channels=3).eval()
    randomise(module)
    last = module.attention[2]
    torch.nn.init.zeros_(last.weight)
    last.bias.data = torch.tensor([80.0] * 3 + [0.0] * 3)
    features = dict(zip('ab', torch.randn(2, 2, 3, 4, 5), strict=True))
    layers = PlainLayers(module.state_dict(), training=False)
    alone = torch.cat([features['a'], torch.zeros_like(features['b'])], dim=1)
    shared = layers.residual(alone, 'reduction')
    with torch.no_grad():
        found = module(features)['b'] - features['b']
    kept = shared.abs() > 1e-3
    ratios = (found / shared)[kept]
    assert kept.any()
    assert (ratios > 0).all()
    assert (ratios < 1).all()  # what squeeze-and-excitation lets through


def test_the_channels_are_the_features_by_default():
    neck = MTINetNeck(('seg', 'depth'), (6, 8, 10)).eval()
    features = [torch.randn(1, width, 4, 4) for width in (6, 8, 10)]
    assert [x.shape[1] for x in neck(features)['seg']] == [6, 8, 10] * 2


def test_wrong_settings_are_named():
    with pytest.raises(ValueError, match=r'channels: .*\[6, 8, 10\], found \[4, 6\]'):
        MTINetNeck(('seg',), (6, 8, 10), channels=(4, 6))
