import pytest
import torch
from mmseg.registry import MODELS
from torch import nn

from mmmtl.apis.launch import load_config
from mmmtl_bench.run.complexity import count_flops
from mmmtl_bench.run.saved_memory import activation_bytes
from mmmtl_bench.zoo.network_costs import (
    count_costs,
    let_single_values_pass,
    needed_bytes,
    time_network,
)
from tests.utils.paths import CONFIGS

SMALL = 'segnet_camvid-hololens-seg'
SIZE = (64, 96)


def load(name):
    return load_config(CONFIGS / f'{name}.py')


@pytest.mark.parametrize(
    'name', [SMALL, 'mtan_segnet_cityscapes7-demo', 'padnet_r18_cityscapes7', 'own_data_example']
)
def test_counts_are_those_of_the_network_on_the_cpu(name):
    found = count_costs(load(name), SIZE)
    model = MODELS.build(load(name).model)
    assert found['flops'] == count_flops(model, SIZE)
    del model.loss_weighting  # learned in two of them
    assert found['parameters'] == found['trained'] == sum(p.numel() for p in model.parameters())
    assert found['network_size'] == list(SIZE)


def test_memory_is_that_of_network_and_losses():
    found = count_costs(load(SMALL), SIZE)
    assert found['saved_bytes'] == activation_bytes(MODELS.build(load(SMALL).model), SIZE)[1]
    # weights, gradients, and two numbers that Adam remembers of each, in float32
    assert needed_bytes(found) == 16 * found['parameters'] + found['saved_bytes']


def test_images_are_padded_to_what_the_backbone_takes():
    found = count_costs(load('linear_dinov2-s_cityscapes19'), (128, 256))
    assert found['network_size'] == [140, 266]  # multiples of 14
    # the weights of two linear probes: 384 channels and a bias to 19 classes, and to one number;
    # their normalisations have two numbers a channel
    assert found['trained'] == 384 * 19 + 19 + 384 + 1 + 2 * 2 * 384


def test_seconds_of_a_step():
    found = time_network(load(SMALL), SIZE, rounds=2)
    assert found['timed'] == 2
    assert 0 < found['predict_seconds'] < found['train_seconds'] < 60


def test_a_slow_step_is_made_once(monkeypatch):
    made = []
    where = 'mmmtl_bench.zoo.network_costs.Contestant'
    monkeypatch.setattr(f'{where}.train_step', lambda *_: made.append('train'))
    monkeypatch.setattr(f'{where}.predict', lambda *_: made.append('predict'))
    assert time_network(load(SMALL), SIZE, rounds=2, slow=0)['timed'] == 1
    assert made == ['predict', 'train']


def test_one_image_is_enough_for_a_pooled_branch():
    network = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(3))
    with pytest.raises(ValueError, match='more than 1 value'):
        network(torch.ones(1, 3, 4, 4))
    let_single_values_pass(network)
    network.train()
    images = 2 * torch.ones(1, 3, 4, 4)
    assert network(images).flatten().tolist() == pytest.approx([2, 2, 2], rel=1e-4)
    assert network.train()(torch.stack([images[0], -images[0]]))[0].flatten().tolist() == (
        pytest.approx([1, 1, 1], rel=1e-4)
    )
