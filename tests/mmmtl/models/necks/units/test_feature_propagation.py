import pytest
import torch

from mmmtl.models.necks.units import FeaturePropagation
from mmmtl.models.necks.units.feature_propagation import residual_block
from tests.utils.plain.feature_propagation import plain_propagation
from tests.utils.plain.layers import PlainLayers
from tests.utils.random_weights import randomise


def maps(tasks, channels=4):
    generator = torch.Generator().manual_seed(0)
    return {
        task: torch.randn(2, channels, 5, 6, generator=generator, dtype=torch.float64)
        for task in tasks
    }


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('tasks', ['a', 'ab', 'abc'])
def test_it_agrees_with_plain_torch(tasks, training):
    module = FeaturePropagation(tasks, channels=4).double().train(training)
    randomise(module)
    features = maps(tasks)
    expected = plain_propagation(features, PlainLayers(module.state_dict(), training), '')
    found = module(features)
    assert list(found) == list(tasks)
    for task in tasks:
        assert (expected[task] - features[task]).std() > 0.01
        torch.testing.assert_close(found[task], expected[task], atol=1e-9, rtol=1e-9)


def test_the_order_of_the_features_does_not_matter():
    module = FeaturePropagation('ab', channels=4).double().eval()
    randomise(module)
    features = maps('ab')
    expected, found = module(features), module(dict(reversed(features.items())))
    assert all(torch.equal(found[task], expected[task]) for task in 'ab')


def test_a_task_reaches_the_features_of_all_tasks():
    module = FeaturePropagation('ab', channels=4).double()
    randomise(module)
    features = {task: x.requires_grad_() for task, x in maps('ab').items()}
    module(features)['a'].square().sum().backward()
    assert all(x.grad.abs().sum() > 0 for x in features.values())
    assert all(p.grad is None for p in module.selection['b'].parameters())
    assert all(p.grad is not None for p in module.selection['a'].parameters())


def test_with_one_task_the_attention_learns_nothing():
    module = FeaturePropagation('a', channels=4).double()
    randomise(module)
    module(maps('a'))['a'].square().sum().backward()
    assert all(p.grad.abs().max() < 1e-12 for p in module.attention.parameters())
    assert module.reduction.conv1.conv.weight.grad.abs().sum() > 0


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('channels', [(3, 3), (3, 5)])
def test_a_residual_block_has_a_shortcut_where_the_channels_change(channels, training):
    block = residual_block(*channels).double().train(training)
    randomise(block)
    assert (block.downsample is None) == (channels == (3, 3))
    state = {f'block.{name}': value for name, value in block.state_dict().items()}
    x = maps('a', channels=3)['a']
    expected = PlainLayers(state, training).residual(x, 'block')
    torch.testing.assert_close(block(x), expected, atol=1e-12, rtol=1e-9)


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
