"""Boundaries between classes, which some of mmseg's heads learn, go along with the labels."""

import numpy as np
import torch
from mmseg.registry import MODELS, TRANSFORMS

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
