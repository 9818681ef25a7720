import torch
from torch import nn

from mmmtl_bench.speed.floor import floor_seconds
from mmmtl_bench.speed.heavy_operations import HeavyOperations


def test_it_sums_the_faster_layout_of_each_operation(monkeypatch):
    heavy = HeavyOperations()
    layers = nn.Sequential(nn.Conv2d(4, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3))
    with heavy, torch.no_grad():
        layers(torch.rand(1, 4, 7, 7))
    now = [0.0]
    costs = {False: [1.0, 5.0, 2.0], True: [4.0, 3.0, 6.0]}

    def calls(channels_last):
        for seconds, count in zip(costs[channels_last], (1, 1, 10), strict=True):
            yield lambda spent=seconds: now.__setitem__(0, now[0] + spent), count

    monkeypatch.setattr(heavy, 'calls', calls)
    assert floor_seconds(heavy, 3, clock=lambda: now[0]) == 1.0 + 3.0 + 10 * 2.0


def test_a_real_floor_is_below_the_time_of_the_network():
    heavy, told = HeavyOperations(), []
    layers = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3))
    with heavy:
        layers(torch.rand(2, 3, 20, 20)).sum().backward()
    assert floor_seconds(heavy, 1, on_call=lambda: told.append(1)) > 0
    assert len(told) == 2 * len(heavy.counts) == 8
