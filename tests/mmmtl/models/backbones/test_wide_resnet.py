import copy

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.backbones import WideResNet
from tests.utils.plain.wide_resnet import plain_wide_resnet
from tests.utils.random_weights import randomise

IMAGE = torch.rand(2, 3, 24, 40, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize(('depth', 'widen_factor'), [(10, 1), (16, 2)])
def test_it_agrees_with_plain_torch(depth, widen_factor, training):
    backbone = WideResNet(depth, widen_factor).double()
    randomise(backbone)
    backbone.train(training)
    state = copy.deepcopy(backbone.state_dict())
    found = backbone(IMAGE)
    expected = plain_wide_resnet(IMAGE, state, training)
    assert [x.shape[1:] for x in found] == [
        (16, 24, 40),
        (16 * widen_factor, 12, 20),
        (32 * widen_factor, 6, 10),
        (64 * widen_factor, 3, 5),
    ]
    for ours, plain in zip(found, expected, strict=True):
        assert plain.std() > 0.05
        torch.testing.assert_close(ours, plain, atol=1e-9, rtol=1e-9)


def test_it_has_as_many_parameters_as_counted_from_the_paper():
    with torch.device('meta'):
        backbone = MODELS.build(dict(type='mmseg.WideResNet'))
    assert sum(p.numel() for p in backbone.parameters()) == 5_850_528
    assert sum(isinstance(m, torch.nn.Conv2d) for m in backbone.modules()) == 1 + 3 * (8 + 1)


def test_the_last_statistics_are_mostly_those_of_the_last_batch():
    backbone = WideResNet(10, 1).double()
    seen = []
    backbone.norm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach()))
    backbone(IMAGE)
    backbone(IMAGE * 2)
    means = [x.mean(dim=(0, 2, 3)) for x in seen]
    torch.testing.assert_close(backbone.norm.running_mean, 0.09 * means[0] + 0.9 * means[1])
    assert backbone.groups[0][0].norm1.momentum == 0.1
    assert WideResNet(10, 1, norm_cfg=dict(type='BN', momentum=0.3)).norm.momentum == 0.3


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(depth=27), r'depth: expected 6 n \+ 4 .* found 27'),
        (dict(depth=4), 'depth: .* found 4'),
        (dict(widen_factor=0), 'widen_factor: expected at least 1, found 0'),
    ],
)
def test_networks_that_do_not_exist_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WideResNet(**arguments)
