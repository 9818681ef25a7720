import copy

import pytest
import torch
from mmseg.registry import MODELS
from plain_mtan import plain_mtan
from torch import nn


def randomise(model: nn.Module) -> None:
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor, low in (
                (module.running_mean, -0.5),
                (module.running_var, 0.5),
                (module.weight, 0.5),
                (module.bias, -0.5),
            ):
                tensor.data.copy_(torch.rand(tensor.shape, generator=generator) + low)
        elif isinstance(module, nn.Conv2d):
            fan_in = module.weight[0].numel()
            noise = torch.randn(module.weight.shape, generator=generator)
            module.weight.data.copy_(noise * (2 / fan_in) ** 0.5)
            module.bias.data.copy_(torch.randn(module.bias.shape, generator=generator) * 0.1)


def weights_of(model: nn.Module):
    """Finds a convolution of the plain version in the package's model."""

    def find(name: str) -> nn.Sequential:
        first, *rest = name.split('.')
        if first in ('encoder', 'decoder'):
            block = getattr(model.backbone, first)[int(rest[0])]
            return block.first if rest[1] == '0' else block.others[int(rest[1]) - 1]
        if first in ('encoder_f', 'decoder_f'):
            return getattr(model.neck, f'{first[:-2]}_shared')[int(rest[0])]
        mask = getattr(model.neck.attention[first], rest[0])[int(rest[1])]
        return getattr(mask, rest[2])

    def weights(name: str) -> dict[str, torch.Tensor]:
        conv, norm, _ = find(name)
        return dict(
            weight=conv.weight,
            bias=conv.bias,
            gamma=norm.weight,
            beta=norm.bias,
            mean=norm.running_mean.clone(),
            var=norm.running_var.clone(),
        )

    return weights


@pytest.fixture(scope='module')
def model():
    widths = (8, 12, 16, 20, 20)
    head = dict(in_channels=8, channels=8)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type='SegNet', widths=widths, return_blocks=True),
            neck=dict(type='MTANNeck', tasks=['seg', 'depth'], widths=widths),
            decode_head=dict(
                seg=dict(
                    type='FCNHead',
                    num_classes=5,
                    num_convs=1,
                    concat_input=False,
                    dropout_ratio=0,
                    norm_cfg=None,
                    act_cfg=None,
                    **head,
                ),
                depth=dict(type='DepthHead', **head),
            ),
        )
    )
    randomise(model)
    return model


IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1))


def test_the_attended_features_agree_in_training(model):
    # In double precision: batch statistics of few pixels amplify rounding.
    model, image = copy.deepcopy(model).double().train(), IMAGE.double()
    with torch.no_grad():
        expected = plain_mtan(image, weights_of(model), ['seg', 'depth'], training=True)
        features = model.extract_feat(image)
    for task, attended in expected.items():
        torch.testing.assert_close(features[task][-1], attended, atol=1e-9, rtol=1e-9)


def test_the_outputs_agree_in_evaluation(model):
    model.eval()
    with torch.no_grad():
        expected = plain_mtan(IMAGE, weights_of(model), ['seg', 'depth'])
        features = model.extract_feat(IMAGE)
        outputs = model(IMAGE)
    for task, attended in expected.items():
        assert attended.abs().max() > 0.1
        torch.testing.assert_close(features[task][-1], attended, atol=1e-5, rtol=1e-5)
    for task, attended in expected.items():
        head = model.decode_head[task]
        with torch.no_grad():
            first, last = head.convs[0].conv, head.conv_seg
            x = torch.conv2d(attended, first.weight, first.bias, padding=1)
            x = torch.conv2d(x, last.weight, last.bias)
        torch.testing.assert_close(outputs[task], x, atol=1e-5, rtol=1e-5)


def test_every_task_trains_the_shared_network_and_its_own_masks(model):
    image = torch.rand(1, 3, 32, 32)
    model.zero_grad()
    model.train()
    model.extract_feat(image)['depth'][-1].square().mean().backward()
    own = [p.grad for p in model.neck.attention['depth'].parameters()]
    other = [p.grad for p in model.neck.attention['seg'].parameters()]
    shared = [p.grad for p in model.backbone.parameters()]
    assert all(grad is not None for grad in own + shared)
    assert all(grad is None for grad in other)
    model.eval()
