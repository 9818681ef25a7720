"""Boundaries between classes, which some of mmseg's heads learn, go along with the labels."""

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS, TRANSFORMS
from mmseg.structures import SegDataSample
from torch import nn

EDGES = [[0, 1, 1, 0]] * 3 + [[0, 1, 0, 0]]  # mmseg looks to the right and along the diagonals


def packed():
    ids = np.array([[0, 0, 1, 1]] * 4, np.uint8)
    results = dict(img=np.zeros((4, 4, 3), np.uint8), img_shape=(4, 4), gt_seg_map=ids)
    results = TRANSFORMS.build(dict(type='GenerateEdge', edge_width=1))(results)
    return TRANSFORMS.build(dict(type='PackMultiTaskInputs'))(results)


def test_edges_are_packed():
    edges = packed()['data_samples'].gt_edge_map.data
    assert edges.dtype == torch.int64
    assert edges.tolist() == [EDGES]


def test_edges_are_padded_as_unknown():
    batch = packed()
    preprocessor = MODELS.build(dict(type='MultiTaskDataPreprocessor', size=(5, 6)))
    data = preprocessor({key: [value] for key, value in batch.items()}, training=True)
    edges = data['data_samples'][0].gt_edge_map.data
    assert edges.shape == (1, 5, 6)
    assert edges[0, :4, :4].tolist() == EDGES
    assert set(edges[0, 4].tolist() + edges[0, :, 4:].flatten().tolist()) == {255}


class ThreeBranches(nn.Module):
    """The features of PIDNet: of details, of the whole, and of boundaries."""

    def forward(self, images):
        return images[:, :4], images, images[:, 4:]


def pid_head():
    entropy, boundary = dict(type='CrossEntropyLoss'), dict(type='BoundaryLoss')
    ohem = dict(type='OhemCrossEntropy', min_kept=1)
    losses = [entropy, ohem, boundary, ohem]
    return dict(type='PIDHead', in_channels=8, channels=8, loss_decode=losses)


def test_boundaries_are_learned_by_the_heads_of_seg_alone():
    torch.manual_seed(0)
    parts = dict(type='FCNHead', in_channels=8, in_index=1, channels=8, num_convs=0)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type=ThreeBranches),
            decode_head=dict(seg=pid_head(), parts=dict(parts, concat_input=False)),
            tasks=dict(
                seg=dict(type='ClassTask', classes=('a', 'b')),
                parts=dict(type='ClassTask', classes=('x', 'y', 'z')),
            ),
        )
    )
    for head in model.decode_head.values():  # dropout would be another one at each call
        head.dropout = None
    images = torch.rand(2, 8, 6, 6)

    def losses(seed_of_parts, edge):
        generator = torch.Generator().manual_seed(7)
        others = torch.Generator().manual_seed(seed_of_parts)
        batch = []
        for _ in images:
            ids = torch.randint(0, 2, (1, 6, 6), generator=generator)
            fields = dict(
                gt_sem_seg=ids,
                gt_parts=torch.randint(0, 3, (1, 6, 6), generator=others),
                gt_edge_map=ids if edge == 'own' else 1 - ids,
            )
            batch.append(SegDataSample(**{k: PixelData(data=v) for k, v in fields.items()}))
        found = model(images, batch, mode='loss')
        return found['seg/raw'].item(), found['parts/raw'].item()

    seg, parts = losses(1, 'own')
    assert losses(1, 'other')[0] != seg
    assert losses(1, 'other')[1] == parts
    assert losses(2, 'own')[0] == seg
    assert losses(2, 'own')[1] != parts
