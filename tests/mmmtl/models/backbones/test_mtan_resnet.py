import copy

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.backbones import MTANResNet
from tests.utils.plain.resnet import plain_stages
from tests.utils.random_weights import randomise

D8 = dict(strides=(1, 2, 1, 1), dilations=(1, 1, 2, 4), contract_dilation=True)
SMALL = dict(base_channels=4, stem_channels=8)
IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize('settings', [dict(depth=18), dict(depth=50, deep_stem=True, **D8)])
def test_the_backbone_is_that_of_mmseg(settings):
    ours = MTANResNet(**settings, **SMALL)
    randomise(ours)
    ours.eval()
    settings = dict(settings)
    name = 'ResNetV1c' if settings.pop('deep_stem', False) else 'ResNet'
    theirs = MODELS.build(dict(type=name, **settings, **SMALL))
    theirs.load_state_dict(ours.state_dict())
    theirs.eval()
    with torch.no_grad():
        stages, expected = ours(IMAGE.float()).stages, theirs(IMAGE.float())
    for stage, wanted in zip(stages, expected, strict=True):
        torch.testing.assert_close(stage.output, wanted, atol=0, rtol=0)


def test_the_stages_are_those_of_out_indices():
    backbone = MTANResNet(18, out_indices=(1, 3), **SMALL)
    assert [stage.output.shape[1] for stage in backbone(IMAGE.float()).stages] == [8, 32]


def test_weights_of_imagenet_come_from_a_file(tmp_path):
    given = MODELS.build(dict(type='ResNet', depth=18, **SMALL))
    randomise(given)
    # torchvision's names: those of mmseg, and a classifier
    state = {**given.state_dict(), 'fc.weight': torch.zeros(1000, 32), 'fc.bias': torch.zeros(1000)}
    path = tmp_path / 'resnet18.pth'
    torch.save(state, path)
    init = dict(type='Pretrained', checkpoint=str(path))
    model = MODELS.build(dict(type='MTANResNet', depth=18, init_cfg=init, **SMALL))
    model.init_weights()
    for name, value in model.state_dict().items():
        assert torch.equal(value, state[name]), name


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('depth', [18, 50])
def test_a_stage_shows_what_is_before_its_last_block(depth, training):
    backbone = MTANResNet(depth, **D8, **SMALL).double()
    backbone.train(training)
    randomise(backbone)
    expected = plain_stages(IMAGE, copy.deepcopy(backbone.state_dict()), depth, training)
    stages = backbone(IMAGE).stages
    assert [tuple(x.shape[2:]) for _, x in expected] == [(16, 24), (8, 12), (8, 12), (8, 12)]
    for stage, (before, output) in zip(stages, expected, strict=True):
        assert not torch.equal(before, output)
        torch.testing.assert_close(stage.before, before, atol=1e-9, rtol=1e-9)
        torch.testing.assert_close(stage.output, output, atol=1e-9, rtol=1e-9)
