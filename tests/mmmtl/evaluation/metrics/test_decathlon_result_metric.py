import re

import pytest
import torch
from mmseg.registry import METRICS

from mmmtl.evaluation import DecathlonResultMetric
from mmmtl.evaluation.decathlon_results import Result, read_results
from mmmtl.evaluation.metric_names import metric_names, metric_task

META = dict(
    tasks=dict(
        vgg_flowers=dict(type='ImageClassTask', classes=3),
        svhn=dict(type='ImageClassTask', classes=10),
    )
)


def sample(task, image_id, probabilities):
    return {
        'img_path': f'{image_id}.jpg',
        'img_id': image_id,
        f'pred_{task}': dict(data=torch.tensor(probabilities).view(-1, 1, 1)),
    }


def build(path, task='vgg_flowers', **arguments):
    metric = METRICS.build(
        dict(type='DecathlonResultMetric', task=task, output_file=str(path), **arguments)
    )
    metric.dataset_meta = META
    return metric


def test_each_domain_adds_its_results(tmp_path):
    path = tmp_path / 'results.json'
    flowers, digits = build(path), build(path, 'svhn')
    flowers.process({}, [sample('vgg_flowers', 100000385, [0.2, 0.5, 0.3])])
    flowers.process({}, [sample('vgg_flowers', 100000386, [0.9, 0.0, 0.1])])
    digits.process({}, [sample('svhn', 80000521, [0.0] * 9 + [1.0])])
    assert flowers.evaluate(2) == {}
    assert read_results(path) == [Result(100000385, 100000002), Result(100000386, 100000001)]
    assert digits.evaluate(1) == {}
    assert read_results(path)[0] == Result(80000521, 80000010)
    assert len(read_results(path)) == 3


def test_it_reports_no_numbers(tmp_path):
    metric = build(tmp_path / 'results.json')
    assert metric_names(metric) == ()
    assert metric_task(metric) == 'vgg_flowers'
    assert isinstance(metric, DecathlonResultMetric)


def test_a_task_of_another_name_says_its_domain(tmp_path):
    metric = build(tmp_path / 'results.json', 'vgg_flowers', domain='dtd')
    metric.process({}, [sample('vgg_flowers', 5, [0.0, 1.0, 0.0])])
    metric.evaluate(1)
    assert read_results(tmp_path / 'results.json') == [Result(5, 40000002)]


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(task='weather'), "task: expected one of the domains .* found 'weather'"),
        (dict(domain='vgg_flowers'), "domain: .* found 'vgg_flowers'; did you mean 'vgg-flowers'?"),
    ],
)
def test_unknown_domains_are_named(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        build(tmp_path / 'results.json', **arguments)


def test_samples_without_an_id_or_with_broken_numbers_are_named(tmp_path):
    metric = build(tmp_path / 'results.json')
    given = sample('vgg_flowers', 7, [0.1, 0.2, 0.7])
    del given['img_id']
    message = "7.jpg: expected 'img_id', as samples of VisualDecathlonDataset have, found img_path"
    with pytest.raises(ValueError, match=re.escape(message)):
        metric.process({}, [given])
    with pytest.raises(ValueError, match='1 values that are NaN or infinite'):
        metric.process({}, [sample('vgg_flowers', 7, [0.1, float('nan'), 0.7])])


def test_a_dense_task_is_refused(tmp_path):
    metric = build(tmp_path / 'results.json', 'depth', domain='dtd')
    metric.dataset_meta = dict(tasks=dict(depth=dict(type='ScalarTask', unit='depth')))
    with pytest.raises(ValueError, match="of the whole image, found 'depth', a ScalarTask"):
        metric.process({}, [{}])
