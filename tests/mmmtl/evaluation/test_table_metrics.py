from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation.table_metrics import (
    counted_metrics,
    main_metrics,
    shown_metrics,
    table_metrics,
    task_of_metric,
    tasks_of,
)
from mmmtl.tasks import build_tasks


def test_metrics_of_tables_come_in_the_order_of_the_tasks():
    assert table_metrics(['depth', 'seg']) == (
        'seg/mIoU',
        'seg/aAcc',
        'depth/abs_err',
        'depth/rel_err',
    )
    assert table_metrics(['normal']) == (
        'normal/mean',
        'normal/median',
        'normal/11.25',
        'normal/22.5',
        'normal/30',
    )


def test_what_counts_of_chosen_metrics():
    chosen = ['depth/rmse', 'depth/rel_err_finite', 'decathlon/score', 'seg/mIoU', 'parts/mIoU']
    assert counted_metrics(chosen) == ('depth/rmse', 'seg/mIoU')
    parts = build_tasks({'parts': {'type': 'ClassTask'}})
    assert counted_metrics(chosen, parts) == ('depth/rmse', 'seg/mIoU', 'parts/mIoU')


def test_main_metrics():
    assert main_metrics(['normal', 'seg', 'depth']) == ('seg/mIoU', 'depth/abs_err', 'normal/mean')


def test_errors_at_a_finite_distance_are_shown_where_there_are_any():
    found = ['depth/rel_err_finite', 'depth/rmse', 'depth/rel_err', 'depth/abs_err', 'seg/mIoU']
    assert shown_metrics(found) == (
        'seg/mIoU',
        'depth/abs_err',
        'depth/rel_err',
        'depth/rel_err_finite',
    )
    assert shown_metrics(found[1:]) == ('seg/mIoU', 'depth/abs_err', 'depth/rel_err')


def test_tasks_of_metrics():
    assert tasks_of(['depth/rmse', 'time', 'seg/mIoU', 'other/x']) == ('seg', 'depth')


def test_metrics_of_several_data_sets_have_their_names_before_the_task():
    found = ['camvid/seg/mIoU', 'office/depth/abs_err', 'office/depth/rmse', 'streets/seg/mIoU']
    assert tasks_of(found) == ('camvid/seg', 'streets/seg', 'office/depth')
    assert tasks_of([*found, 'seg/val_loss']) == tasks_of(found)
    assert shown_metrics(found) == ('camvid/seg/mIoU', 'streets/seg/mIoU', 'office/depth/abs_err')
    assert main_metrics(tasks_of(found)) == shown_metrics(found)
    assert table_metrics(['camvid/seg']) == ('camvid/seg/mIoU', 'camvid/seg/aAcc')


def test_the_task_of_a_metric():
    assert [task_of_metric(m) for m in ('seg/mIoU', 'camvid/seg/mIoU', 'time')] == [
        'seg',
        'seg',
        '',
    ]


DEFINED = build_tasks(
    dict(
        parts=dict(type='ClassTask', classes=('head', 'body')),
        edge=dict(type='BinaryTask'),
        albedo=dict(type='VectorTask', channels=3),
    )
)


def test_tasks_that_are_not_known_are_defined_by_the_caller():
    names = ['albedo', 'depth', 'edge', 'parts']
    assert main_metrics(names) == ('depth/abs_err',)
    assert main_metrics(names, DEFINED) == (
        'depth/abs_err',
        'parts/mIoU',
        'edge/maxF',
        'albedo/rmse',
    )
    assert table_metrics(['albedo', 'parts'], DEFINED) == (
        'parts/mIoU',
        'parts/aAcc',
        'albedo/rmse',
        'albedo/epe',
    )
    metrics = ['edge/AP', 'seg/mIoU', 'edge/MAE', 'other/x']
    assert tasks_of(metrics, DEFINED) == ('seg', 'edge')
    assert tasks_of(metrics) == ('seg',)


def test_a_definition_of_one_s_own_wins():
    depth = build_tasks(dict(depth=dict(type='VectorTask', channels=2)))
    assert main_metrics(['depth', 'seg'], depth) == ('seg/mIoU', 'depth/rmse')


def test_numbers_of_several_tasks_come_last():
    tasks = [domain.task for domain in DOMAINS.values()]
    found = ['decathlon/score', 'seg/mIoU', *(f'{task}/accuracy' for task in tasks)]
    assert shown_metrics(found) == ('seg/mIoU', 'decathlon/score')
    defined = build_tasks({task: dict(type='ImageClassTask', classes=2) for task in tasks})
    assert shown_metrics(found, defined)[-2:] == ('vgg_flowers/accuracy', 'decathlon/score')
    assert 'decathlon/score' not in table_metrics(tasks_of(found, defined), defined)
