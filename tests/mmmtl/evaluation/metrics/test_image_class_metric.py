import json
import math

import pytest
import torch
from mmseg.registry import METRICS

from mmmtl.evaluation.metric_names import metric_names
from mmmtl.evaluation.metrics import ImageClassMetric
from tests.utils.errors import error_of

CLASSES = ['sun', 'rain', 'snow']
METAINFO = dict(
    tasks=dict(
        weather=dict(type='ImageClassTask', classes=CLASSES),
        edge=dict(type='BinaryTask'),
        seg=dict(type='ClassTask'),
    )
)


def make_metric(**options):
    metric = METRICS.build(dict(type='ImageClassMetric', **{'task': 'weather', **options}))
    metric.dataset_meta = METAINFO
    return metric


def make_sample(shares, index, name='a'):
    label = torch.full((3,), math.nan) if index is None else torch.eye(3)[index]
    return dict(
        img_path=f'/images/{name}.png',
        pred_weather=dict(data=torch.tensor(shares).view(3, 1, 1)),
        gt_weather=dict(data=label.view(3, 1, 1)),
    )


SAMPLES = [
    make_sample([0.6, 0.3, 0.1], 0),
    make_sample([0.6, 0.3, 0.1], 1),
    make_sample([0.6, 0.3, 0.1], None),
    make_sample([0.2, 0.3, 0.5], 2),
    make_sample([0.6, 0.3, 0.1], 2),
]


@pytest.mark.parametrize('batch_size', [1, 2, 5])
def test_images_of_all_batches_count_alike(batch_size):
    metric = make_metric(top_k=[2])
    for start in range(0, 5, batch_size):
        metric.process({}, SAMPLES[start : start + batch_size])
    expected = {'weather/accuracy': 50, 'weather/mean_accuracy': 50, 'weather/top2': 75}
    assert metric.evaluate(5) == pytest.approx(expected)
    metric.process({}, SAMPLES[:1])  # afresh
    assert metric.evaluate(1)['weather/accuracy'] == 100


def test_a_set_without_labels_has_no_score():
    metric = make_metric()
    metric.process({}, [SAMPLES[2]])
    found = metric.evaluate(1)
    assert list(found) == ['weather/accuracy', 'weather/mean_accuracy']
    assert all(math.isnan(value) for value in found.values())


def test_what_it_reports_is_known_before():
    assert metric_names(make_metric()) == ('weather/accuracy', 'weather/mean_accuracy')
    assert metric_names(make_metric(top_k=(5,)))[-1] == 'weather/top5'
    assert metric_names(make_metric(format_only=True, output_dir='x')) == ()


def test_predictions_are_written_in_words(tmp_path):
    metric = make_metric(output_dir=str(tmp_path), format_only=True)
    sample = make_sample([0.25, 0.5, 0.25], None, 'b')
    del sample['gt_weather']
    metric.process({}, [sample])
    assert metric.evaluate(1) == {}
    assert json.loads((tmp_path / 'b.json').read_text()) == {
        'class': 'rain',
        'id': 1,
        'score': 0.5,
        'scores': dict(sun=0.25, rain=0.5, snow=0.25),
    }


def test_other_tasks_are_refused():
    assert "expected a ImageClassTask for ImageClassMetric, found 'edge'" in error_of(
        make_metric, task='edge'
    )
    assert "found 'seg', which predicts ids" in error_of(make_metric, task='seg')


@pytest.mark.parametrize('top_k', [5, [1], [2.0], [101], 'ab'])
def test_wrong_numbers_are_named(top_k):
    found = error_of(ImageClassMetric, task='weather', top_k=top_k)
    assert found == f'top_k: expected numbers from 2 to 100, found {top_k!r}.'
