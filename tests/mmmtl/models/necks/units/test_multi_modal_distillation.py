import pytest
import torch

from mmmtl.models.necks.units import MultiModalDistillation
from tests.utils.plain.layers import PlainLayers
from tests.utils.random_weights import randomise


def maps(tasks):
    generator = torch.Generator().manual_seed(0)
    return {task: torch.randn(2, 3, 5, 6, generator=generator) for task in tasks}


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


def test_it_agrees_with_plain_torch():
    module = MultiModalDistillation('abc', channels=3)
    randomise(module)
    layers = PlainLayers(module.state_dict(), training=True)
    features = maps('abc')
    found = module(features)
    for task in 'abc':
        gate = layers.conv(features[task], f'gates.{task}').sigmoid()  # the receiver's
        others = torch.cat([features[other] for other in 'abc' if other != task], dim=1)
        expected = features[task] + gate * layers.conv(others, f'messages.{task}')
        torch.testing.assert_close(found[task], expected, atol=1e-5, rtol=1e-5)


def test_every_task_reads_what_the_others_were_before():
    """No task reads features that another has already distilled, whatever the order."""
    module = MultiModalDistillation('ab', channels=3)
    randomise(module)
    features = maps('ab')
    found = module(features)
    assert features['a'] is not found['a']
    again = module(dict(a=features['a'], b=features['b']))
    assert all(torch.equal(found[task], again[task]) for task in 'ab')
    torch.testing.assert_close(
        found['b'] - features['b'],
        module.gates['b'](features['b']).sigmoid() * module.messages['b'](features['a']),
    )


def test_a_task_has_nobody_to_take_from_alone():
    module = MultiModalDistillation(['seg'], channels=3)
    assert not list(module.parameters())
    features = maps(['seg'])
    assert module(features)['seg'] is features['seg']


def test_gradients_reach_the_senders():
    module = MultiModalDistillation('ab', channels=3)
    features = {task: x.requires_grad_() for task, x in maps('ab').items()}
    module(features)['a'].sum().backward()
    assert features['b'].grad.abs().sum() > 0
    assert all(p.grad is None for p in module.gates['b'].parameters())
    assert all(p.grad is not None for p in module.messages['a'].parameters())
