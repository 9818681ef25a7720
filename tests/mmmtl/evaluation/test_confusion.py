import numpy as np
import pytest
import torch

from mmmtl.evaluation.class_scores import score_classes
from mmmtl.evaluation.confusion import confusion_matrix

LABEL = torch.tensor([[0, 0, 0, 1], [1, 1, 255, 255]])
PREDICTION = torch.tensor([[0, 0, 1, 1], [1, 2, 2, 0]])


def test_counts_by_hand():
    matrix = confusion_matrix([(PREDICTION, LABEL), (PREDICTION, LABEL)], 4)
    assert matrix.tolist() == [[4, 2, 0, 0], [0, 4, 2, 0], [0] * 4, [0] * 4]


def test_the_iou_of_its_counts_is_that_of_the_scores():
    generator = torch.Generator().manual_seed(0)
    pairs = [
        tuple(torch.randint(0, 4, (9, 13), generator=generator) for _ in range(2)) for _ in range(3)
    ]
    matrix = confusion_matrix(pairs, 4).numpy()
    hits = matrix.diagonal()
    iou = 100 * hits / (matrix.sum(axis=0) + matrix.sum(axis=1) - hits)
    np.testing.assert_allclose(iou, score_classes(pairs, 4).iou)


@pytest.mark.parametrize(
    ('pairs', 'message'),
    [
        ([], 'labelled pixels, found none'),
        ([(PREDICTION[:1], LABEL)], 'shape of its label'),
        ([(PREDICTION, LABEL + (LABEL == 1) * 8)], 'labelled ids from 0 to 3, or 255, found 9'),
    ],
)
def test_wrong_pairs(pairs, message):
    with pytest.raises(ValueError, match=message):
        confusion_matrix(pairs, 4)
