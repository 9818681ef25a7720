import pytest
import torch

from mmmtl.models.necks import PADNetNeck
from tests.utils.plain.layers import join
from tests.utils.pyramids import TASKS, assert_agrees


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 2, 3])
def test_it_agrees_with_plain_torch(count, training):
    tasks = TASKS[:count]

    def plain(features, layers):
        shared = layers.conv_norm(join(*features), 'shared').relu()
        initial = {}
        for task in tasks:
            x = layers.conv_norm(shared, f'initial.{task}.0').relu()
            initial[task] = layers.conv_norm(x, f'initial.{task}.1').relu()
        outputs = {}
        for task in tasks:
            distilled = initial[task]
            if count > 1:
                gate = layers.conv(initial[task], f'distillation.gates.{task}').sigmoid()
                others = [initial[other] for other in tasks if other != task]
                message = layers.conv(torch.cat(others, 1), f'distillation.messages.{task}')
                distilled = distilled + gate * message
            outputs[task] = (distilled, initial[task])
        return outputs

    assert_agrees(PADNetNeck(tasks, (6, 8, 10), channels=4), plain, training)
