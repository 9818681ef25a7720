import pytest
from mmengine.evaluator import BaseMetric
from mmseg.registry import METRICS, TASK_UTILS

from mmmtl.evaluation import direction_arrow, higher_is_better
from mmmtl.evaluation.directions import _OWN
from mmmtl.evaluation.metric_names import metric_names
from mmmtl.tasks import (
    BinaryTask,
    BoundaryTask,
    ClassTask,
    DirectionTask,
    ImageClassTask,
    ScalarTask,
    Task,
    VectorTask,
)

TASKS = [
    ClassTask(name='parts', classes=('head', 'body')),
    BinaryTask(name='salient'),
    BoundaryTask(name='edge'),
    ScalarTask(name='height'),
    DirectionTask(name='up'),
    VectorTask(name='flow', channels=2),
    ImageClassTask(name='weather', classes=('sun', 'rain')),
]


@pytest.mark.parametrize(
    'metric',
    [
        'mIoU',
        'seg/mIoU',
        'seg/aAcc',
        'depth/d1',
        'depth/d1_finite',
        'normal/11.25',
        'normal/30',
        'delta_m',
    ],
)
def test_more_of_it_is_better(metric):
    assert higher_is_better(metric) is True
    assert direction_arrow(metric) == '↑'


@pytest.mark.parametrize(
    'metric',
    ['abs_err', 'depth/rel_err', 'depth/rmse', 'depth/rel_err_finite', 'normal/mean', 'seg/loss'],
)
def test_less_of_it_is_better(metric):
    assert higher_is_better(metric) is False
    assert direction_arrow(metric) == '↓'


@pytest.mark.parametrize('metric', ['seg/speed', 'mIoU/other', '', 'd4'])
def test_of_other_numbers_nothing_is_known(metric):
    assert higher_is_better(metric) is None
    assert direction_arrow(metric) == ''


def test_the_prefix_does_not_matter():
    assert higher_is_better('a/b/mIoU') is True
    assert higher_is_better('mean/mIoU') is True


def test_every_kind_is_looked_at_here():
    kinds = {
        kind
        for kind in TASK_UTILS.module_dict.values()
        if isinstance(kind, type)
        and issubclass(kind, Task)
        and kind.__module__.startswith('mmmtl.')
    }
    assert {type(task) for task in TASKS} == kinds


@pytest.mark.parametrize('task', TASKS, ids=lambda task: task.kind)
def test_default_metrics_of_a_kind_report_its_table_and_have_directions(task):
    names = []
    for config in task.default_metrics:
        metric = METRICS.build({**config, 'task': task.name})
        metric.dataset_meta = dict(tasks={task.name: task.definition()})
        names += metric_names(metric)
    assert {f'{task.name}/{name}' for name in task.table_metrics} <= set(names)
    assert [name for name in names if higher_is_better(name) is None] == []


def test_classes_of_metrics_do_not_contradict_each_other():
    for metric in _OWN:
        for name, known in metric.higher_is_better.items():
            assert higher_is_better(f'task/{name}') is known, (metric, name)


@pytest.mark.parametrize(
    ('metric', 'expected'),
    [
        ('sq_rel', False),
        ('rmse_log', False),
        ('log10', False),
        ('silog', False),
        ('d3', True),
        ('edge/maxF', True),
        ('edge/AP', True),
        ('edge/MAE', False),
        ('flow/epe', False),
        ('mPrecision', True),
        ('seg/val_loss', False),
        ('weather/accuracy', True),
        ('weather/top5', True),
    ],
)
def test_directions_of_metrics_of_all_kinds(metric, expected):
    assert higher_is_better(metric) is expected


def test_a_class_of_one_s_own_says_itself_which_way_is_better(monkeypatch):
    class Smoothness(BaseMetric):
        higher_is_better = {'smoothness': True, 'roughness': False, 'mIoU': False}

    monkeypatch.setattr(METRICS, '_module_dict', {**METRICS.module_dict, 'Smoothness': Smoothness})
    assert higher_is_better('flow/smoothness') is True
    assert higher_is_better('flow/roughness') is False
    assert higher_is_better('seg/mIoU') is True  # what the package knows stays
