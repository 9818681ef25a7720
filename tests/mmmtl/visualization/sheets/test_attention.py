import matplotlib
import numpy as np
import pytest
import torch
from mmseg.registry import MODELS
from torch import nn

from mmmtl.visualization import collect_masks, find_masks, paint_mask, record_masks

W = (8, 8, 8)
SEGNET = dict(type='SegNet', widths=W, num_convs=(2, 2, 2), return_blocks=True)
CODER = [f'encoder {i}' for i in (1, 2, 3)], [f'decoder {i}' for i in (1, 2, 3)]
RESNET = dict(depth=18, base_channels=8, stem_channels=8)
STAGES = [f'stage {i}' for i in (1, 2, 3, 4)]

NETWORKS = {
    'mtan': (SEGNET, dict(type='MTANNeck', widths=W), [*CODER[0], *CODER[1]]),
    'mtan-v1': (SEGNET, dict(type='MTANv1Neck', widths=W), [*CODER[0], *CODER[1]]),
    'mtlbl2': (
        dict(type='SegNetEncoder', widths=W, num_convs=(2, 2, 2)),
        dict(type='MTLBL2Neck', widths=W, num_convs=(2, 2, 2)),
        CODER[0],
    ),
    'stages': (
        dict(type='ResNetV1c', **RESNET),
        dict(type='StageAttentionNeck', in_channels=(8, 16, 32, 64)),
        STAGES,
    ),
    'resnet': (
        dict(type='MTANResNet', **RESNET),
        dict(type='MTANResNetNeck', depth=18, in_channels=(8, 16, 32, 64)),
        STAGES,
    ),
    'mtunet': (
        dict(type='DenseUNetEncoder', widths=(4, 4, 4, 4), bottleneck_width=4),
        dict(type='CrossTalkDecoder', in_channels=(4, 4, 4, 4, 4)),
        [f'decoder {i}' for i in (1, 2, 3, 4)],
    ),
}
IMAGES = torch.rand(2, 3, 32, 48, generator=torch.Generator().manual_seed(0))


def build(backbone, neck):
    torch.manual_seed(0)
    channels = neck.get('widths', neck.get('in_channels'))
    from_last = neck['type'] in ('StageAttentionNeck', 'MTANResNetNeck')
    head = dict(in_channels=channels[-1 if from_last else 0], channels=8, num_convs=1)
    return MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=backbone,
            neck={**neck, 'tasks': ['seg', 'depth']},
            decode_head=dict(
                seg=dict(type='FCNHead', num_classes=3, **head),
                depth=dict(type='DepthHead', **head),
            ),
        )
    ).eval()


@pytest.mark.parametrize(('backbone', 'neck', 'blocks'), NETWORKS.values(), ids=NETWORKS)
def test_every_network_with_masks_is_known(backbone, neck, blocks):
    model = build(backbone, neck)
    masks = collect_masks(model, IMAGES)
    assert {task: list(found) for task, found in masks.items()} == dict(seg=blocks, depth=blocks)
    for found in masks.values():
        for mask in found.values():
            assert mask.shape[0] == 2
            assert mask.ndim == 4
            assert 0 < mask.min() < mask.max() < 1
    assert not masks['seg'][blocks[0]].equal(masks['depth'][blocks[0]])


def test_a_mask_is_what_multiplies_the_features():
    model = build(*NETWORKS['mtan'][:2])
    features = model.backbone(IMAGES)
    masks = collect_masks(model, IMAGES)
    attended = model.neck(features)['seg'][-1]
    expected = masks['seg']['decoder 3'] * features.decoder[-1].last
    torch.testing.assert_close(attended, expected)


def test_recording_ends_with_the_block():
    model = build(*NETWORKS['mtan'][:2])
    with record_masks(model, model.tasks) as masks:
        model(IMAGES[:1])
        model(IMAGES)
    assert masks['depth']['encoder 1'].shape == (2, 8, 32, 48)
    model(IMAGES[:1])
    assert masks['depth']['encoder 1'].shape == (2, 8, 32, 48)


def test_a_network_without_masks_has_none():
    assert find_masks(nn.Sequential(nn.Conv2d(3, 3, 1), nn.Sigmoid()), ['seg']) == {}


def test_the_colours_span_the_range_of_the_mask():
    mask = torch.tensor([[0.4, 0.5], [0.45, 0.6]])
    colors = matplotlib.colormaps['viridis']
    expected = [
        [colors(position, bytes=True)[:3] for position in row] for row in [[0.0, 0.5], [0.25, 1.0]]
    ]
    found = paint_mask(mask).astype(int)
    assert abs(found - np.array(expected)).max() <= 3  # 0.5 in float32 is next to a colour's edge
    assert found[0, 0].tolist() == list(expected[0][0])
    assert found[1, 1].tolist() == list(expected[1][1])
    enlarged = paint_mask(mask, size=(4, 6))
    assert enlarged[:2, :3].reshape(-1, 3).tolist() == [list(expected[0][0])] * 6
    assert np.unique(paint_mask(torch.full((2, 2), 0.3)).reshape(-1, 3), axis=0).shape == (1, 3)
