import pytest
import torch

from mmmtl.models.necks import PADNetNeck
from mmmtl.models.necks.units import MultiModalDistillation
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


def test_the_messages_are_the_sum_over_the_senders():
    module = MultiModalDistillation(('a', 'b', 'c'), channels=1)
    for conv in (*module.gates.values(), *module.messages.values()):
        torch.nn.init.zeros_(conv.weight)
        torch.nn.init.zeros_(conv.bias)
    for task, bias in (('a', 0.0), ('b', -50.0), ('c', 50.0)):  # the gates: half, shut and open
        module.gates[task].bias.data.fill_(bias)
    for task in ('a', 'b', 'c'):  # the first sender counts once, the second three times
        module.messages[task].weight.data[0, :, 1, 1] = torch.tensor([1.0, 3.0])
    ones = torch.ones(1, 1, 2, 2)
    distilled = module(dict(a=ones, b=10 * ones, c=100 * ones))
    found = {task: x.unique().item() for task, x in distilled.items()}
    assert found == pytest.approx(dict(a=1 + 0.5 * 310, b=10, c=100 + 31))
