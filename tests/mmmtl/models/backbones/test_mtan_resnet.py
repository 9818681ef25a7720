import copy

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS
from torch.nn import functional as F

from mmmtl.models.backbones import MTANResNet
from mmmtl.models.necks import ASPPNeck, MTANResNetNeck, PerTaskNeck
from tests.utils.fourth_task import register_height
from tests.utils.plain.stage_attention import attend, conv_norm, residual_block
from tests.utils.random_weights import randomise

TASKS = ('seg', 'depth', 'normal', 'height')
D8 = dict(strides=(1, 2, 1, 1), dilations=(1, 1, 2, 4), contract_dilation=True)
SMALL = dict(base_channels=4, stem_channels=8)
BLOCKS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3)}
IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.fixture(autouse=True)
def fourth_task(monkeypatch):
    register_height(monkeypatch)


def channels_of(depth):
    return [4 * 2**j * (4 if depth == 50 else 1) for j in range(4)]


def plain_stages(image, state, depth, training):
    """The dilated ResNet of the public code, stage by stage: (before the last block, output)."""
    x = conv_norm(image, state, 'conv1', 'bn1', training, stride=2, padding=3).relu()
    x = F.max_pool2d(x, 3, stride=2, padding=1)
    stages = []
    for j, count in enumerate(BLOCKS[depth]):
        for k in range(count):
            if k == count - 1:
                before = x
            # stage 3: dilation 1, then 2; stage 4: dilation 2, then 4
            how = dict(stride=2 if j == 1 and k == 0 else 1)
            how['dilation'] = (1, 1, (1 if k == 0 else 2), (2 if k == 0 else 4))[j]
            x = residual_block(x, state, f'layer{j + 1}.{k}', training, **how)
        stages.append((before, x))
    return stages


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


def test_sizes_that_do_not_divide():
    outputs = MTANResNetNeck(['seg'], channels_of(18), 18)(
        MTANResNet(18, **SMALL)(torch.rand(2, 3, 50, 70))
    )
    assert [x.shape[2:] for x in outputs['seg']] == [(13, 18), (7, 9), (4, 5), (2, 3)]


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


def test_the_aspp_is_that_of_the_public_code():
    neck = ASPPNeck(6, channels=4, dilations=(1, 2, 5)).double().train()
    randomise(neck)
    state = copy.deepcopy(neck.state_dict())
    first, x = IMAGE[:, :2, :9, :11], IMAGE.repeat(1, 2, 1, 1)[:, :, :9, :11]
    branches = [
        conv_norm(x, state, f'branches.{k}.conv', f'branches.{k}.bn', True, **how).relu()
        for k, how in enumerate(({}, dict(dilation=2, padding=2), dict(dilation=5, padding=5)))
    ]
    image = x.mean(dim=(2, 3), keepdim=True)
    image = conv_norm(image, state, 'image_branch.conv', 'image_branch.bn', True).relu()
    branches.append(F.interpolate(image, (9, 11), mode='bilinear'))
    joined = torch.cat(branches, dim=1)
    wanted = conv_norm(joined, state, 'project.conv', 'project.bn', True).relu()
    kept, found = neck((first, x))
    assert kept is first
    torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)


def test_each_task_has_a_neck_of_its_own():
    fpn = dict(type='FPN', in_channels=[4, 8], out_channels=3, num_outs=2)
    neck = PerTaskNeck(['seg', 'depth'], fpn)
    neck.init_weights()
    features = (torch.rand(1, 4, 8, 8), torch.rand(1, 8, 4, 4))
    outputs = neck(features)
    assert not torch.equal(outputs['seg'][0], outputs['depth'][0])
    for task, levels in outputs.items():
        assert torch.equal(neck.necks[task](features)[0], levels[0])
    outputs['seg'][0].sum().backward()
    assert all(p.grad is None for p in neck.necks['depth'].parameters())


def test_the_attention_before_the_necks_gets_their_tasks():
    neck = PerTaskNeck(
        ['depth', 'seg'],
        dict(type='ASPPNeck', in_channels=32, channels=4, dilations=(1, 2)),
        attention=dict(type='MTANResNetNeck', in_channels=channels_of(18), depth=18),
    )
    assert neck.attention.tasks == ('depth', 'seg')
    features = MTANResNet(18, **SMALL)(IMAGE.float())
    attended = neck.attention.eval()(features)
    outputs = neck.eval()(features)
    for task in ('depth', 'seg'):
        assert torch.equal(outputs[task][-1], neck.necks[task](attended[task])[-1])
        assert torch.equal(outputs[task][0], attended[task][0])


def test_mistakes_are_named():
    with pytest.raises(ValueError, match='depth: expected one of .*18, 34, 50.* found 20'):
        MTANResNetNeck(['seg'], depth=20)
    neck = MTANResNetNeck(['seg'], channels_of(18), 18)
    features = MODELS.build(dict(type='ResNet', depth=18, **SMALL))(IMAGE.float())
    with pytest.raises(ValueError, match=r'stages of an MTANResNet, found tuple; set backbone\.ty'):
        neck(features)


# By hand: a mask has conv 1x1 with bias and BN twice; a shared block has conv 1x1, 3x3, 1x1 and the
# shortcut's 1x1 without bias, each with BN; a DeepLabV3 head has five branches and the projection,
# conv 3x3 and BN, conv 1x1.
RESNET50 = 23_508_032
SHARED = sum(
    c * n + 2 * n + 9 * n * n + 2 * n + 4 * n * n + 8 * n + 4 * c * n + 8 * n
    for c, n in ((256, 128), (512, 256), (1024, 512))
)
MASKS = sum(
    seen * (c // 4) + 3 * (c // 4) + c // 4 * c + 3 * c
    for seen, c in ((256, 256), (1024, 512), (2048, 1024), (4096, 2048))
)
ASPP = 256 * (2048 + 3 * 9 * 2048 + 2048 + 5 * 256) + 6 * 2 * 256


def deeplab_head(channels):
    return ASPP + 9 * 256 * 256 + 2 * 256 + 256 * channels + channels


@pytest.mark.parametrize(
    ('name', 'expected'),
    [
        ('split_r50-d8_deeplabv3_cityscapes7', RESNET50 + deeplab_head(7) + deeplab_head(1)),
        (
            'mtan_r50-d8_deeplabv3_cityscapes7',
            RESNET50 + SHARED + 2 * MASKS + deeplab_head(7) + deeplab_head(1),
        ),
        (
            'mtan_r50-d8_deeplabv3_nyuv2',
            RESNET50 + SHARED + 3 * MASKS + sum(map(deeplab_head, (13, 1, 3))),
        ),
    ],
)
def test_parameter_counts(repository, name, expected):
    cfg = Config.fromfile(repository / 'configs' / f'{name}.py')
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    assert sum(p.numel() for p in model.parameters()) == expected
