import pytest
import torch
from torch import nn

from mmmtl_bench.speed.heavy_operations import HeavyOperations


def network():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 8, 1),
        nn.Conv2d(8, 8, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 4),
    )


def names(heavy):
    return {name.split('.')[1]: count for (name, _), count in heavy.counts.items()}


def test_the_same_operation_is_counted_not_listed():
    heavy = HeavyOperations()
    with heavy, torch.no_grad():
        network()(torch.rand(2, 3, 6, 5))
    assert sorted(heavy.counts.values()) == [1, 1, 2]
    assert set(names(heavy)) == {'convolution', 'addmm'}


def test_backward_counts_too():
    heavy = HeavyOperations()
    with heavy:
        network()(torch.rand(2, 3, 6, 5)).sum().backward()
    backward = [count for (name, _), count in heavy.counts.items() if 'backward' in name]
    assert sorted(backward) == [1, 2]  # the image needs no gradient, so that these two differ
    assert names(heavy)['mm'] == 1


@pytest.mark.parametrize('channels_last', [False, True])
@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
def test_each_runs_alone_on_maps_of_its_shapes(channels_last, dtype):
    heavy = HeavyOperations()
    layers = network().to(dtype)
    with heavy:
        layers(torch.rand(2, 3, 6, 5, dtype=dtype)).sum().backward()
    again = HeavyOperations()
    total = 0
    for call, count in heavy.calls(channels_last):
        with again, torch.no_grad():
            result = call()
        first = result[0] if isinstance(result, tuple) else result
        if first is not None and first.dim() == 4 and first.shape[1] > 1:
            assert first.is_contiguous(
                memory_format=torch.channels_last if channels_last else torch.contiguous_format
            )
            assert first.dtype == dtype
        total += count
    assert again.counts.keys() == heavy.counts.keys()
    assert total == sum(heavy.counts.values()) == 3 + 3 + 1 + 2
