"""What holds for every task neck on a pyramid of features: any backbone, any number of tasks."""

import pytest
import torch
from mmseg.registry import MODELS

from tests.utils.pyramids import TASKS

NECKS = {
    'cross-talk': (dict(type='CrossTalkDecoder', cross_talk=True), slice(-1, None)),
    'cross-stitch': (dict(type='TaskStreamsNeck', channels=4), slice(0, 1)),
    'nddr': (dict(type='TaskStreamsNeck', channels=4, unit=dict(type='NDDRUnit')), slice(0, 1)),
    'padnet': (dict(type='PADNetNeck', channels=4), slice(None)),
    'mtinet': (dict(type='MTINetNeck', channels=(4, 4, 4, 4)), slice(None)),
    'invpt': (dict(type='InvPTNeck', channels=8), slice(None)),
}
"""Configs, and which of the outputs the heads and auxiliary heads read."""

BACKBONES = {
    'resnet': (dict(type='ResNetV1c', depth=18, base_channels=8), (8, 16, 32, 64)),
    'dilated-resnet': (
        dict(
            type='ResNetV1c',
            depth=18,
            base_channels=8,
            strides=(1, 2, 1, 1),
            dilations=(1, 1, 2, 4),
        ),
        (8, 16, 32, 64),
    ),
    'hrnet': (
        dict(
            type='HRNet',
            extra={
                f'stage{stage}': dict(
                    num_modules=1,
                    num_branches=stage,
                    block='BOTTLENECK' if stage == 1 else 'BASIC',
                    num_blocks=(1,) * stage,
                    num_channels=(4, 6, 8, 10)[:stage],
                )
                for stage in (1, 2, 3, 4)
            },
        ),
        (4, 6, 8, 10),
    ),
    'swin': (
        dict(
            type='SwinTransformer',
            embed_dims=8,
            depths=(1, 1, 1, 1),
            num_heads=(1, 1, 2, 2),
            window_size=4,
            drop_path_rate=0.0,
        ),
        (8, 16, 32, 64),
    ),
    'mit': (
        dict(
            type='MixVisionTransformer',
            embed_dims=8,
            num_layers=(1, 1, 1, 1),
            num_heads=(1, 1, 2, 2),
        ),
        (8, 8, 16, 16),
    ),
}
IMAGES = torch.rand(2, 3, 40, 56, generator=torch.Generator().manual_seed(0))


def assert_all_train(neck, read, features, modules):
    torch.manual_seed(0)
    outputs = neck(features)
    assert list(outputs) == list(neck.tasks)
    torch.stack(
        [x.square().mean() for maps in outputs.values() for x in maps[read]]
    ).sum().backward()
    for module in modules:
        for name, parameter in module.named_parameters():
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name


@pytest.mark.parametrize('backbone', BACKBONES)
@pytest.mark.parametrize('neck', NECKS)
def test_every_parameter_gets_a_gradient_on_any_backbone(neck, backbone):
    torch.manual_seed(0)
    config, read = NECKS[neck]
    backbone, channels = BACKBONES[backbone]
    backbone = MODELS.build(backbone)
    neck = MODELS.build({**config, 'tasks': TASKS[:2], 'in_channels': channels})
    assert_all_train(neck, read, backbone(IMAGES), [backbone, neck])


@pytest.mark.parametrize('count', [1, 3])
@pytest.mark.parametrize('neck', NECKS)
def test_every_parameter_gets_a_gradient_with_any_number_of_tasks(neck, count):
    config, read = NECKS[neck]
    neck = MODELS.build({**config, 'tasks': TASKS[:count], 'in_channels': (4, 6, 8, 10)})
    features = [
        torch.rand(2, width, *size)
        for width, size in zip((4, 6, 8, 10), [(17, 9), (9, 5), (5, 3), (3, 2)], strict=True)
    ]
    assert_all_train(neck, read, features, [neck])


@pytest.mark.parametrize('neck', NECKS)
def test_tasks_must_differ(neck):
    config = {**NECKS[neck][0], 'in_channels': (4, 6, 8, 10)}
    assert MODELS.build({**config, 'tasks': ['parts', 'edge']}).tasks == ('parts', 'edge')
    with pytest.raises(ValueError, match=r"^tasks: .* different names, found \['seg', 'seg'\]"):
        MODELS.build({**config, 'tasks': ['seg', 'seg']})
