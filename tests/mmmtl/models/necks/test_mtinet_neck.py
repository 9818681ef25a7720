import pytest
import torch

from mmmtl.models.necks import MTINetNeck
from tests.utils.plain.feature_propagation import plain_propagation
from tests.utils.plain.layers import join
from tests.utils.pyramids import TASKS, assert_agrees

CHANNELS = (4, 6, 8)


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


def test_the_channels_are_the_features_by_default():
    neck = MTINetNeck(('seg', 'depth'), (6, 8, 10)).eval()
    features = [torch.randn(1, width, 4, 4) for width in (6, 8, 10)]
    assert [x.shape[1] for x in neck(features)['seg']] == [6, 8, 10] * 2


def test_wrong_settings_are_named():
    with pytest.raises(ValueError, match=r'channels: .*\[6, 8, 10\], found \[4, 6\]'):
        MTINetNeck(('seg',), (6, 8, 10), channels=(4, 6))
