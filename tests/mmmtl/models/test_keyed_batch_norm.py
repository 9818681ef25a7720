import copy

import torch
from mmengine.model import convert_sync_batchnorm
from torch import nn

from mmmtl.models.keyed_batch_norm import KeyedBatchNorm, split_statistics

KEYS = ['a', 'b']


def norm(**options):
    torch.manual_seed(0)
    made = nn.BatchNorm2d(3, **options)
    nn.init.uniform_(made.weight)
    nn.init.uniform_(made.bias)
    return made


def test_it_computes_what_the_normalisation_computes_to_the_last_bit():
    x = torch.randn(4, 3, 5, 6)
    plain = norm()
    keyed = KeyedBatchNorm(copy.deepcopy(plain), KEYS)
    keyed.key = 'b'
    for training in (True, True, False):
        outputs = []
        for module in (plain.train(training), keyed.train(training)):
            given = x.clone().requires_grad_()
            outputs.append([out := module(given), *torch.autograd.grad(out.square().sum(), given)])
        for one, other in zip(*outputs, strict=True):
            assert torch.equal(one, other)
    for name in ('running_mean', 'running_var', 'num_batches_tracked'):
        assert torch.equal(getattr(plain, name), getattr(keyed.statistics['b'], name))
    assert keyed.statistics['a'].num_batches_tracked == 0


def test_parameters_are_those_of_all_keys_once():
    keyed = KeyedBatchNorm(norm(), KEYS)
    keyed(torch.randn(2, 3, 4, 4))
    assert [name for name, _ in keyed.named_parameters()] == ['weight', 'bias']
    assert [k for k in keyed.state_dict() if k.endswith(('weight', 'bias'))] == ['weight', 'bias']


def test_a_copy_is_one_of_its_own():
    keyed = KeyedBatchNorm(norm(), KEYS)
    x = torch.randn(2, 3, 4, 4)
    keyed(x)
    other = copy.deepcopy(keyed)
    with torch.no_grad():
        other.weight.zero_()
        other.bias.zero_()
    assert not other.eval()(x).any()
    assert keyed.eval()(x).any()


def test_weights_that_are_loaded_moved_or_replaced_are_used():
    keyed = KeyedBatchNorm(norm(), KEYS)
    x = torch.randn(2, 3, 4, 4)
    keyed(x)
    keyed.double().load_state_dict({k: torch.zeros_like(v) for k, v in keyed.state_dict().items()})
    assert not keyed.eval()(x.double()).any()
    keyed.weight, keyed.bias = nn.Parameter(torch.zeros(3)), nn.Parameter(torch.ones(3))
    assert torch.equal(keyed.float()(x), torch.ones_like(x))


def test_one_inside_of_another_keeps_statistics_of_each_pair():
    layers = nn.Sequential(norm(momentum=1.0))
    split_statistics(layers, ['seg', 'depth'])
    split_statistics(layers, KEYS)
    outer = layers[0]
    expected = {}
    for task in ('seg', 'depth'):
        for key in KEYS:
            outer.key, outer.statistics[task].key = task, key
            x = torch.randn(8, 3, 4, 4)
            layers(x)
            expected[task, key] = x.mean(dim=(0, 2, 3))
    for (task, key), mean in expected.items():
        found = outer.statistics[task].statistics[key].running_mean
        torch.testing.assert_close(found, mean)
    assert len(list(layers.parameters())) == 2


def test_common_statistics_reach_the_innermost():
    common, layers = nn.Sequential(norm()), nn.Sequential(norm())
    common(3 + torch.randn(2, 3, 4, 4))
    split_statistics(layers, ['seg', 'depth'])
    split_statistics(layers, KEYS)
    layers.load_state_dict(common.state_dict())
    for task in ('seg', 'depth'):
        for key in KEYS:
            found = layers[0].statistics[task].statistics[key]
            assert torch.equal(found.running_mean, common[0].running_mean)


def test_other_normalisations_and_synchronised_ones():
    layers = nn.Sequential(nn.GroupNorm(3, 3), norm())
    split_statistics(layers, KEYS)
    assert isinstance(layers[0], nn.GroupNorm)
    synchronised = convert_sync_batchnorm(layers, implementation='torch')
    assert isinstance(synchronised[1].statistics['a'], nn.SyncBatchNorm)
    assert [name for name, _ in synchronised[1].named_parameters()] == ['weight', 'bias']
