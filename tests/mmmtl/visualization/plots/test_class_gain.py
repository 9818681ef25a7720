import numpy as np
import pytest
import torch
from mmseg.evaluation import IoUMetric
from PIL import Image

from mmmtl.evaluation.class_scores import ClassScores, read_prediction, score_classes
from mmmtl.visualization import draw_class_gain
from mmmtl.visualization.plots import class_gain as module

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


@pytest.fixture
def figures(monkeypatch):
    saved = []
    save = module.save_figure
    monkeypatch.setattr(
        module, 'save_figure', lambda figure, path: (saved.append(figure), save(figure, path))
    )
    return saved


def scores(iou, share=(20.0, 70.0, 0.0, 10.0)):
    return ClassScores(np.array(iou), np.array(share))


def test_bars_are_gains_from_the_most_frequent_class_on(figures, tmp_path):
    baseline = scores([50.0, 80.0, np.nan, 10.0])
    models = dict(A=scores([55.0, 79.0, np.nan, 10.0]), B=scores([40.0, 85.0, np.nan, 30.0]))
    draw_class_gain(baseline, models, ['a', 'b', 'c', 'd'], tmp_path / 'gain.svg')
    (axis,) = figures[0].axes
    heights = [[bar.get_height() for bar in bars] for bars in axis.containers]
    assert heights == [[-1, 5, 0], [5, -10, 20]]
    texts = [label.get_text() for label in axis.get_xticklabels()]
    assert texts == ['b\n70 %\n80.0', 'a\n20 %\n50.0', 'd\n10 %\n10.0']  # c is not in the labels
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ['A', 'B']
    assert '<svg' in (tmp_path / 'gain.svg').read_text()[:2000]


@pytest.mark.parametrize(
    ('models', 'out', 'message'),
    [
        ({}, 'gain.png', 'models: expected at least one'),
        (dict(A=scores([1.0], [100.0])), 'gain.png', "'A': 1"),
        (dict(A=scores([1.0] * 4)), 'gain.txt', 'out_file: expected a suffix'),
    ],
)
def test_wrong_arguments(models, out, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        draw_class_gain(scores([1.0] * 4), models, ['a', 'b', 'c', 'd'], tmp_path / out)
