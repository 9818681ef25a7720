"""The constant baseline of tasks that a config defines, of every kind."""

import math

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.evaluation import evaluate_constant_baseline, fit_constant_baseline
from mmmtl.evaluation.constant_baseline import MeanValue, best_constant
from mmmtl.tasks import Task, build_tasks

DEFINED = dict(
    parts=dict(type='ClassTask', classes=['head', 'body', 'legs']),
    edge=dict(type='BinaryTask'),
    height=dict(type='ScalarTask'),
    up=dict(type='DirectionTask'),
    albedo=dict(type='VectorTask', channels=2),
)


class Dataset(list):
    metainfo = dict(tasks=DEFINED)


def item_of(**labels):
    """Labels by task, a list of the values of each channel."""
    sample = SegDataSample(metainfo=dict(img_path='0.png'))
    for task, label in labels.items():
        sample.set_data({f'gt_{task}': PixelData(data=torch.tensor(label)[:, None])})
    return dict(inputs=torch.zeros(3, 1, 4), data_samples=sample)


def test_constants_of_all_kinds():
    items = [
        item_of(
            parts=[[2, 2, 255]],
            edge=[[1.0, 0.0, 255.0]],
            height=[[-1.0, 0.0, math.nan]],
            up=[[0.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
            albedo=[[0.5, 1.0, math.nan], [0.0, 0.25, 1.0]],
        ),
        item_of(parts=[[1, 2, 0]], edge=[[0.0, 0.5, 255.0]], height=[[3.0, math.nan, math.nan]]),
    ]
    samples = (item['data_samples'] for item in items)
    found = fit_constant_baseline(samples, build_tasks(DEFINED).values())

    assert list(found) == ['parts', 'edge', 'height', 'up', 'albedo']
    assert all(constant.shape[1:] == (1, 1) for constant in found.values())
    assert found['parts'].flatten().tolist() == [2]
    assert found['edge'].item() == pytest.approx(1.5 / 4)
    assert found['height'].item() == pytest.approx(0, abs=1e-6)
    assert found['up'].flatten().tolist() == [0, -1, 0]
    assert found['albedo'].flatten().tolist() == [0.75, 0.125]


def test_metrics_of_all_kinds():
    train = Dataset(
        [
            item_of(
                parts=[[1, 1]],
                edge=[[1.0, 0.0]],
                height=[[2.0, 2.0]],
                up=[[0.0, 0.0], [-1.0, -1.0], [0.0, 0.0]],
                albedo=[[0.0, 1.0], [0.5, 0.5]],
            )
        ]
    )
    val = Dataset(
        [
            item_of(
                parts=[[1, 0]],
                edge=[[1.0, 255.0]],
                height=[[0.0, 1.0]],
                up=[[0.0, 1.0], [-1.0, 0.0], [0.0, 0.0]],
                albedo=[[0.5, 0.5], [0.5, 2.0]],
            )
        ]
    )
    metrics = [
        {**config, 'task': name}
        for name, task in build_tasks(DEFINED).items()
        for config in task.default_metrics
    ]
    found = evaluate_constant_baseline(train, val, metrics)

    assert found['parts/aAcc'] == 50
    assert found['edge/MAE'] == pytest.approx(0.5)
    assert found['edge/IoU'] == 100
    assert found['height/abs_err'] == pytest.approx(1.5, rel=1e-3)
    assert found['height/rel_err'] == pytest.approx(1, rel=1e-3)  # of the label 1 alone
    assert found['up/mean'] == pytest.approx(45)
    assert found['albedo/abs_err'] == pytest.approx(1.5 / 4)
    assert found['albedo/epe'] == pytest.approx(0.75)


def test_the_mean_is_over_all_values_and_as_exact_as_float32():
    mean = MeanValue(1)
    for value, count in ((1.0, 10**6), (3.0, 3 * 10**6)):
        mean.add(torch.full((1, count), value))
    assert mean.best().dtype == torch.float32
    assert mean.best().tolist() == [[[2.5]]]


def test_a_kind_without_a_best_constant_is_named():
    class Odd(Task):
        pass

    with pytest.raises(TypeError, match='best_constant: expected a kind that is registered, found'):
        best_constant.dispatch(Odd)(object())


def test_the_class_of_an_image_is_the_commonest_of_the_training():
    tasks = dict(
        weather=dict(type='ImageClassTask', classes=('sun', 'rain', 'snow')),
        parts=dict(type='ClassTask', classes=('a', 'b')),
    )

    def item(index, with_map=True):
        sample = SegDataSample(metainfo=dict(img_path=f'{index}.png'))
        label = torch.eye(3)[index] if index is not None else torch.full((3,), math.nan)
        sample.set_data(dict(gt_weather=PixelData(data=label.view(3, 1, 1))))
        if with_map:
            sample.set_data(dict(gt_parts=PixelData(data=torch.ones(1, 4, 6).long())))
        return dict(inputs=torch.zeros(3, 4, 6), data_samples=sample)

    train = Dataset([item(index) for index in (1, 0, 1, None, 1, 2)])
    val = Dataset([item(index, with_map=index != 2) for index in (1, 0, 0, 2, None)])
    train.metainfo = val.metainfo = dict(tasks=tasks)
    constants = fit_constant_baseline(
        (one['data_samples'] for one in train), build_tasks(tasks).values()
    )
    assert constants['weather'].flatten().tolist() == pytest.approx([0.2, 0.6, 0.2])
    metrics = [
        dict(type='ImageClassMetric', task='weather', top_k=[2]),
        dict(type='TaskIoUMetric', task='parts'),
    ]
    found = evaluate_constant_baseline(train, val, metrics)
    # Of four images with a label one has the commonest class; sun is the second, by its id.
    assert found['weather/accuracy'] == 25
    assert found['weather/mean_accuracy'] == pytest.approx(100 / 3)
    assert found['weather/top2'] == 75
    assert found['parts/aAcc'] == 100
