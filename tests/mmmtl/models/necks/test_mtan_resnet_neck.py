import copy

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.backbones import MTANResNet
from mmmtl.models.necks import MTANResNetNeck
from tests.utils.fourth_task import register_height
from tests.utils.plain.resnet import plain_stages
from tests.utils.plain.stage_attention import attend, residual_block
from tests.utils.random_weights import randomise

TASKS = ('seg', 'depth', 'normal', 'height')
D8 = dict(strides=(1, 2, 1, 1), dilations=(1, 1, 2, 4), contract_dilation=True)
SMALL = dict(base_channels=4, stem_channels=8)
IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.fixture(autouse=True)
def fourth_task(monkeypatch):
    register_height(monkeypatch)


def channels_of(depth):
    return [4 * 2**j * (4 if depth == 50 else 1) for j in range(4)]


@pytest.mark.parametrize('count', [1, 2, 3, 4])
@pytest.mark.parametrize(('depth', 'training'), [(50, False), (50, True), (18, True)])
def test_it_agrees_with_plain_torch(count, depth, training):
    tasks = TASKS[:count]
    backbone = MTANResNet(depth, **D8, **SMALL).double()
    neck = MTANResNetNeck(tasks, channels_of(depth), depth).double()
    for part in (backbone, neck):
        randomise(part)
        part.train(training)
    states = [copy.deepcopy(part.state_dict()) for part in (backbone, neck)]
    outputs = neck(backbone(IMAGE))

    def shared(x, j):
        return residual_block(x, states[1], f'shared.{j}', training)

    stages = plain_stages(IMAGE, states[0], depth, training)
    assert [x.shape[2:] for _, x in stages] == [(16, 24), (8, 12), (8, 12), (8, 12)]
    assert tuple(outputs) == tasks
    for task in tasks:
        expected = attend(stages, states[1], task, shared, training)
        for found, wanted in zip(outputs[task], expected, strict=True):
            assert wanted.std() > 0.05
            torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)

    sum(levels[-1].square().mean() for levels in outputs.values()).backward()
    for part in (backbone, neck):
        assert all(p.grad is not None and p.grad.isfinite().all() for p in part.parameters())


def test_sizes_that_do_not_divide():
    outputs = MTANResNetNeck(['seg'], channels_of(18), 18)(
        MTANResNet(18, **SMALL)(torch.rand(2, 3, 50, 70))
    )
    assert [x.shape[2:] for x in outputs['seg']] == [(13, 18), (7, 9), (4, 5), (2, 3)]


def test_mistakes_are_named():
    with pytest.raises(ValueError, match='depth: expected one of .*18, 34, 50.* found 20'):
        MTANResNetNeck(['seg'], depth=20)
    neck = MTANResNetNeck(['seg'], channels_of(18), 18)
    features = MODELS.build(dict(type='ResNet', depth=18, **SMALL))(IMAGE.float())
    with pytest.raises(ValueError, match=r'stages of an MTANResNet, found tuple; set backbone\.ty'):
        neck(features)


def test_a_task_trains_what_is_shared_and_its_own_masks():
    backbone, neck = MTANResNet(18, **SMALL), MTANResNetNeck(TASKS[:2], channels_of(18), 18)
    neck(backbone(IMAGE.float()))['depth'][-1].square().mean().backward()
    shared = [*backbone.parameters(), *neck.shared.parameters()]
    assert all(p.grad is not None for p in (*shared, *neck.attention['depth'].parameters()))
    assert all(p.grad is None for p in neck.attention['seg'].parameters())


@pytest.mark.parametrize(('depth', 'inside'), [(18, [4, 8, 16, 32]), (50, [4, 8, 16, 32])])
def test_masks_are_a_quarter_as_wide_inside_for_bottleneck_blocks(depth, inside):
    channels = channels_of(depth)
    neck = MTANResNetNeck(['seg'], channels, depth)
    masks = neck.attention['seg'].masks
    assert [mask[0][0].out_channels for mask in masks] == inside
    assert [mask[1][0].out_channels for mask in masks] == channels
    assert len(neck.shared) == 3  # the first stage has no block before it


def test_it_starts_from_xavier_s_initialisation():
    torch.manual_seed(0)
    neck = MTANResNetNeck(['seg'], (32, 64), 18)
    neck.init_weights()
    conv = neck.attention['seg'].masks[1][0][0]
    spread = (2 / (conv.in_channels + conv.out_channels)) ** 0.5
    assert conv.weight.std().item() == pytest.approx(spread, rel=0.05)
    assert not conv.bias.any()
