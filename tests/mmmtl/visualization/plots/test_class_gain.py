import numpy as np
import pytest

from mmmtl.evaluation.class_scores import ClassScores
from mmmtl.visualization import draw_class_gain


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
