"""Backbones of transformers that no config has in this form, as ONNX and as programs."""

import pytest
import torch
from mmseg.registry import MODELS
from torch import nn

from mmmtl.deployment import (
    DeployedNetwork,
    DynamicAxes,
    OnnxFormat,
    check_export,
    trace_network,
)
from mmmtl.deployment.program_format import ProgramNetwork
from mmmtl.deployment.shapes import require_shapes
from tests.utils.foundation_models import CONFIGS

SIZE = (64, 96)
ODD_SIZE = (75, 109)
WHOLE_SIZE = (70, 98)
PROBE = dict(type='LinearHead', in_channels=16)
LINEAR = dict(
    seg=dict(num_classes=3, **PROBE),
    depth=dict(type='DecoderRegressionHead', decoder=PROBE, head=dict(type='DepthHead')),
)


def maps(channels):
    head = dict(in_channels=channels, channels=4, in_index=0)
    return dict(
        seg=dict(type='FCNHead', num_classes=3, **head), depth=dict(type='DepthHead', **head)
    )


KINDS = dict(
    lora_dinov3=(dict(config=CONFIGS['dinov3_vit'], frozen=True, lora=dict(rank=2)), LINEAR),
    lora_by_task=(
        dict(type='HFTaskBackbone', config=CONFIGS['dinov2'], lora=dict(rank=dict(seg=2, depth=3))),
        LINEAR,
    ),
    swin=(dict(config=CONFIGS['swin']), maps(8)),
    convnext=(dict(config=CONFIGS['convnext']), maps(8)),
)
ANY_SIZE = ('lora_dinov3', 'lora_by_task', 'convnext')
"""Networks whose images may have another size than the exported one; else the batch alone."""


@pytest.mark.parametrize('kind', KINDS)
def test_the_files_compute_what_the_network_computes(kind):
    torch.manual_seed(0)
    backbone, heads = KINDS[kind]
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            data_preprocessor=dict(
                type='MultiTaskDataPreprocessor', mean=[120] * 3, std=[60] * 3, bgr_to_rgb=True
            ),
            backbone={'type': 'HFBackbone', **backbone},
            decode_head=heads,
        )
    )
    model.init_weights()
    for name, parameter in model.backbone.named_parameters():
        if 'lora_B' in name:  # begins at 0
            nn.init.normal_(parameter, std=0.1)
    network = DeployedNetwork(model)
    any_size = kind in ANY_SIZE
    axes = DynamicAxes.ALL if any_size else DynamicAxes.BATCH
    program = trace_network(network, SIZE, axes)
    if any_size:
        require_shapes(program, network.dtype, SIZE, axes)
    shapes = [(1, *SIZE), (2, *SIZE)]
    if any_size:
        shapes += [(2, *ODD_SIZE), (1, *WHOLE_SIZE)]
    onnx = OnnxFormat().load(OnnxFormat().write(program, ['seg', 'depth'], {}))
    for exported in (ProgramNetwork(program.module()), onnx):
        check = check_export(network, program, exported, shapes, repeats=0)
        assert list(check.differences) == ['seg', 'depth']
    names = {name for name, _ in network.named_parameters()}
    assert not any('lora' in name for name in names)
