"""Networks on foundation backbones as ONNX and as programs."""

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.deployment import (
    DeployedNetwork,
    DynamicAxes,
    OnnxFormat,
    check_export,
    trace_network,
)
from mmmtl.deployment.program_format import ProgramNetwork
from tests.utils.foundation_models import CONFIGS

SIZE = (64, 96)
ODD_SIZE = (75, 109)
WHOLE_SIZE = (70, 98)
PROBE = dict(type='LinearHead', in_channels=16)
LINEAR = dict(
    seg=dict(num_classes=3, **PROBE),
    depth=dict(type='DecoderRegressionHead', decoder=PROBE, head=dict(type='DepthHead')),
)
DECODER = dict(
    type='DPTHead',
    in_channels=[16] * 4,
    in_index=[0, 1, 2, 3],
    input_transform='multiple_select',
    embed_dims=16,
    post_process_channels=[8, 8, 8, 8],
    readout_type='project',
    channels=8,
)
BINS = dict(type='BinnedDepthHead', value_range=[0.1, 2.0], num_bins=8)
DPT = dict(
    seg=dict(num_classes=3, **DECODER),
    depth=dict(type='DecoderRegressionHead', decoder=DECODER, head=BINS),
)
PYRAMID = dict(
    type='NeckChain',
    necks=[
        dict(type='SimpleFeaturePyramid', in_channels=16, out_channels=8),
        dict(type='StageAttentionNeck', in_channels=[8] * 4),
    ],
)


def maps(channels):
    head = dict(in_channels=channels, channels=4, in_index=0)
    return dict(
        seg=dict(type='FCNHead', num_classes=3, **head), depth=dict(type='DepthHead', **head)
    )


KINDS = dict(
    linear_dinov2=(dict(config=CONFIGS['dinov2'], frozen=True), None, LINEAR),
    dpt_dinov2=(
        dict(config=CONFIGS['dinov2'], out_indices=[0, 1, 2, 3], output_cls_token=True),
        None,
        DPT,
    ),
    pyramid_dinov3=(dict(config=CONFIGS['dinov3_vit']), PYRAMID, maps(8)),
    lora_dinov3=(
        dict(config=CONFIGS['dinov3_vit'], frozen=True, lora=dict(rank=2)),
        None,
        LINEAR,
    ),
    swin=(dict(config=CONFIGS['swin']), None, maps(8)),
    convnext=(dict(config=CONFIGS['convnext']), None, maps(8)),
)
ANY_SIZE = ('linear_dinov2', 'lora_dinov3', 'convnext')
"""Networks whose images may have another size than the exported one; else the batch alone."""


@pytest.mark.parametrize('kind', KINDS)
def test_the_files_compute_what_the_network_computes(kind):
    torch.manual_seed(0)
    backbone, neck, heads = KINDS[kind]
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            data_preprocessor=dict(
                type='MultiTaskDataPreprocessor', mean=[120] * 3, std=[60] * 3, bgr_to_rgb=True
            ),
            backbone=dict(type='HFBackbone', **backbone),
            neck=neck,
            decode_head=heads,
        )
    )
    model.init_weights()
    network = DeployedNetwork(model)
    any_size = kind in ANY_SIZE
    program = trace_network(network, SIZE, DynamicAxes.ALL if any_size else DynamicAxes.BATCH)
    shapes = [(1, *SIZE), (2, *SIZE)]
    if any_size:
        shapes += [(2, *ODD_SIZE), (1, *WHOLE_SIZE)]
    onnx = OnnxFormat().load(OnnxFormat().write(program, ['seg', 'depth'], {}))
    for exported in (ProgramNetwork(program.module()), onnx):
        check = check_export(network, program, exported, shapes, repeats=0)
        assert list(check.differences) == ['seg', 'depth']
    names = {name for name, _ in network.named_parameters()}
    assert not any('lora' in name for name in names)
