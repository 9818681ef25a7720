from types import SimpleNamespace

import pytest
from mmseg.evaluation import IoUMetric

from mmmtl.engine.task_definitions_check import (
    check_definitions,
    check_metric_names,
    check_metrics,
    check_same_classes,
    tasks_of_set,
)
from mmmtl.evaluation.metrics import BinaryMetric, DepthErrorMetric, TaskIoUMetric
from mmmtl.tasks import build_tasks

PARTS = dict(type='ClassTask', classes=['head', 'body', 'legs'])
EDGE = dict(type='BinaryTask')
HEIGHT = dict(type='ScalarTask', unit='m')
ALBEDO = dict(type='VectorTask', channels=3)
MODEL = build_tasks(dict(parts=PARTS, edge=EDGE, height=HEIGHT, albedo=ALBEDO))
HEADS = dict(
    parts=SimpleNamespace(num_classes=3),
    edge=SimpleNamespace(num_classes=1),
    height=SimpleNamespace(num_classes=1),
    albedo=SimpleNamespace(num_classes=3),
)


class Data:
    def __init__(self, **metainfo):
        self.metainfo = metainfo


def of(**definitions):
    return Data(tasks=definitions)


def check(dataset, tasks=MODEL, heads=HEADS):
    check_definitions(tasks, heads, dataset, 'val_dataloader.dataset')


@pytest.mark.parametrize(
    'dataset',
    [
        of(parts=PARTS, edge=EDGE, height=HEIGHT, albedo=ALBEDO),
        of(edge=EDGE),
        of(parts=dict(type='ClassTask')),  # it does not know its classes
        of(other=dict(type='ScalarTask', unit='kg')),  # no head
        Data(),
        Data(classes=('a', 'b'), depth_unit='depth'),  # of tasks that the model has not
        SimpleNamespace(),
    ],
)
def test_definitions_that_agree_or_say_nothing(dataset):
    check(dataset)
    check(SimpleNamespace(dataset=SimpleNamespace(datasets=[dataset, Data()])))


@pytest.mark.parametrize(
    ('dataset', 'message'),
    [
        (of(edge=dict(type='ScalarTask')), "'edge' with type 'ScalarTask', .* 'BinaryTask'."),
        (
            of(parts=dict(type='ClassTask', classes=['head', 'body'])),
            "'parts' with number of classes 2, expected that of the model, 3.",
        ),
        (of(height=dict(type='ScalarTask', unit='cm')), "'height' with unit 'cm', .* 'm'."),
        (of(height=dict(HEIGHT, invalid=-1)), "'height' with invalid '-1', .* 'None'."),
        (of(height=dict(HEIGHT, max_value=80)), "'height' with max_value '80', .* 'None'."),
        (
            of(parts=dict(type='ClassTask', classes=['body', 'head', 'legs'])),
            r"'parts' with classes \('body', .* \('head', ",
        ),
        (of(height=dict(type='ScalarTask')), "'height' with unit '', .* 'm'."),
        (of(albedo=dict(type='VectorTask', channels=2)), "'albedo' with channels 2, .* 3."),
    ],
)
def test_what_differs_is_named_in_one_line(dataset, message):
    with pytest.raises(ValueError, match=message) as error:
        check(SimpleNamespace(datasets=[Data(), dataset]))
    assert str(error.value).startswith('val_dataloader.dataset: Data defines the task ')
    assert '\n' not in str(error.value)


def test_the_head_says_how_many_classes_there_are_where_the_model_does_not():
    tasks = build_tasks(['seg', 'depth'])
    heads = dict(seg=SimpleNamespace(num_classes=7), depth=SimpleNamespace(num_classes=1))
    seven = Data(classes=tuple('abcdefg'), depth_unit='mtan')
    check(seven, tasks, heads)  # the model does not know the unit
    with pytest.raises(ValueError, match="'seg' with number of classes 2, .* the model, 7."):
        check(Data(classes=('a', 'b')), tasks, heads)


def test_units_of_a_depth_differ_where_both_are_stated():
    tasks = build_tasks(dict(depth=dict(type='ScalarTask', unit='depth')))
    check(Data(depth_unit='depth'), tasks, {})
    with pytest.raises(ValueError, match="'depth' with unit 'mtan', .* 'depth'."):
        check(Data(depth_unit='mtan'), tasks, {})


def test_metrics_are_of_tasks_that_the_model_has():
    check_metrics(MODEL, [TaskIoUMetric('parts'), BinaryMetric('edge'), object()], 'val_evaluator')
    message = r"val_evaluator: .* \['parts', .*\], found DepthErrorMetric of 'depth'."
    with pytest.raises(ValueError, match=message):
        check_metrics(MODEL, [BinaryMetric('edge'), DepthErrorMetric()], 'val_evaluator')


@pytest.mark.parametrize(
    ('metric', 'message'),
    [
        (
            DepthErrorMetric(task='height', prefix='albedo'),
            "val_evaluator: prefix: expected 'height', the task that this DepthErrorMetric "
            "measures, or a name of no task, found 'albedo'; DepthErrorMetric(task='albedo') "
            "measures 'albedo'.",
        ),
        (
            IoUMetric(prefix='edge/fine'),
            "val_evaluator: prefix: expected 'seg', the task that this IoUMetric measures, or a "
            "name of no task, found 'edge/fine'; TaskIoUMetric(task='edge') measures 'edge'.",
        ),
        (
            TaskIoUMetric('parts', prefix='depth'),  # known, though the model has none
            "val_evaluator: prefix: expected 'parts', the task that this TaskIoUMetric measures, "
            "or a name of no task, found 'depth'; TaskIoUMetric(task='depth') measures 'depth'.",
        ),
    ],
)
def test_a_prefix_is_not_the_name_of_another_task(metric, message):
    tasks = [*MODEL, 'seg']
    with pytest.raises(ValueError, match='prefix') as error:
        check_metrics(tasks, [BinaryMetric('edge'), metric], 'val_evaluator')
    assert str(error.value) == message


@pytest.mark.parametrize(
    ('metric', 'message'),
    [
        (DepthErrorMetric(task='parts'), "a task of numbers .*, found 'parts', which predicts ids"),
        (DepthErrorMetric(task='albedo'), "a task with 1 channels .*, found 'albedo', which has 3"),
        (TaskIoUMetric('height'), 'a task of classes that are known'),
    ],
)
def test_a_metric_measures_the_kind_of_its_task(metric, message):
    told = dict(tasks=dict(parts=PARTS, edge=EDGE, height=HEIGHT, albedo=ALBEDO))
    check_metrics(MODEL, [metric], 'val_evaluator')
    check_metrics(MODEL, [DepthErrorMetric(task='height')], 'val_evaluator', told)
    with pytest.raises(ValueError, match=f'val_evaluator: task: expected {message}'):
        check_metrics(MODEL, [metric], 'val_evaluator', told)


def test_each_number_has_a_name_of_its_own():
    metrics = [BinaryMetric('edge'), DepthErrorMetric(), DepthErrorMetric(prefix='far'), object()]
    check_metric_names(metrics, 'val_evaluator')
    message = "val_evaluator: .*, found 'depth/abs_err', 'depth/rel_err', .* from more than one"
    with pytest.raises(ValueError, match=message):
        check_metric_names([*metrics, DepthErrorMetric()], 'val_evaluator')


def test_a_prefix_may_be_the_name_of_no_task():
    metrics = [IoUMetric(), IoUMetric(prefix='mean'), TaskIoUMetric('parts', prefix='parts/fine')]
    check_metrics([*MODEL, 'seg'], metrics, 'val_evaluator')


def test_training_and_validation_have_the_same_classes():
    train = SimpleNamespace(datasets=[of(edge=EDGE), Data(classes=('a', 'b'))])
    for same in (train, of(parts=PARTS), Data(classes=['a', 'b']), Data(), None):
        check_same_classes(train, same, 'val_dataloader.dataset')
    for other in (('b', 'a'), ('a', 'b', 'c')):
        with pytest.raises(ValueError, match='classes') as error:
            check_same_classes(train, Data(classes=other), 'val_dataloader.dataset')
        assert str(error.value) == (
            f"val_dataloader.dataset: Data has the classes {list(other)} of the task 'seg', "
            "expected those of train_dataloader.dataset, ['a', 'b'], in their order."
        )


def test_classes_of_a_data_set_whose_ids_are_not_read_tell_nothing():
    depth = dict(depth=dict(type='ScalarTask', unit='depth'))
    with_tasks = SimpleNamespace(metainfo=dict(classes=('bed', 'wall'), tasks=depth))
    assert list(tasks_of_set(with_tasks)) == ['depth']
    assert list(tasks_of_set(SimpleNamespace(metainfo=dict(classes=('bed', 'wall'))))) == ['seg']
    assert tasks_of_set(object()) == {}
    check_same_classes(SimpleNamespace(metainfo=dict(classes=('road',))), with_tasks, 'x')
