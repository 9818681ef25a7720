import numpy as np
import pytest
import torch
from mmseg.evaluation import IoUMetric
from PIL import Image

from mmmtl.evaluation.class_scores import read_prediction, score_classes

LABEL = torch.tensor([[0, 0, 0, 1], [1, 1, 255, 255]])
PREDICTION = torch.tensor([[0, 0, 1, 1], [1, 2, 2, 0]])


def test_scores_by_hand():
    scores = score_classes([(PREDICTION, LABEL)], num_classes=4)
    # class 0: 2 of 3; class 1: 2 of 4; class 2: 0 of 1; class 3 is nowhere
    np.testing.assert_allclose(scores.iou, [200 / 3, 50, 0, np.nan])
    np.testing.assert_allclose(scores.share, [50, 50, 0, 0])


def test_scores_are_those_of_the_whole_set_as_mmseg_counts():
    generator = torch.Generator().manual_seed(0)
    pairs = [
        tuple(torch.randint(0, 4, (9, 13), generator=generator) for _ in range(2)) for _ in range(3)
    ]
    metric = IoUMetric(iou_metrics=['mIoU'])
    metric.dataset_meta = dict(classes=('a', 'b', 'c', 'd'))
    samples = [
        dict(pred_sem_seg=dict(data=p[None]), gt_sem_seg=dict(data=label[None]), img_path='')
        for p, label in pairs
    ]
    metric.process({}, samples)
    scores = score_classes(pairs, 4)
    assert np.nanmean(scores.iou) == pytest.approx(metric.evaluate(3)['mIoU'], abs=0.01)


@pytest.mark.parametrize(
    ('pairs', 'message'),
    [
        ([], 'labelled pixels, found none'),
        ([(PREDICTION, torch.full_like(LABEL, 255))], 'labelled pixels, found none'),
        ([(PREDICTION[:1], LABEL)], r'shape of its label, \(2, 4\), found \(1, 4\)'),
        ([(PREDICTION + 3, LABEL)], 'ids from 0 to 3, found 3 to 5'),
    ],
)
def test_wrong_pairs(pairs, message):
    with pytest.raises(ValueError, match=message):
        score_classes(pairs, 4)


def test_saved_predictions(tmp_path):
    Image.fromarray(PREDICTION.numpy().astype(np.uint8)).save(tmp_path / 'town_0.png')
    assert torch.equal(read_prediction(tmp_path, 'images/town_0.jpg'), PREDICTION)
    with pytest.raises(FileNotFoundError, match=r'town_1\.png: no prediction for images/town_1'):
        read_prediction(tmp_path, 'images/town_1.jpg')


def test_a_saved_picture_of_colours_is_no_map_of_ids(tmp_path):
    Image.new('RGB', (4, 2)).save(tmp_path / 'town_0.png')
    with pytest.raises(ValueError, match=r'town_0.png: expected a map of ids, .* \(2, 4, 3\)'):
        read_prediction(tmp_path, 'town_0.jpg')
