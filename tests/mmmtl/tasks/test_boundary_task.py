from mmseg.registry import METRICS

from mmmtl.evaluation.table_metrics import main_metrics, table_metrics
from mmmtl.tasks import BinaryTask, BoundaryTask, build_tasks


def test_all_but_the_scores_is_of_a_mask():
    task = build_tasks(dict(edge=dict(type='BoundaryTask')))['edge']
    assert isinstance(task, BinaryTask)
    assert task.fields == BinaryTask(name='edge').fields
    assert task.definition() == dict(type='BoundaryTask')
    assert task != BinaryTask(name='edge')


def test_its_scores_are_those_of_boundaries():
    task = BoundaryTask(name='edge')
    (default,) = task.default_metrics
    metric = METRICS.build(dict(default, task='edge'))
    assert metric.reported_names == task.table_metrics == ('odsF', 'oisF', 'AP')
    assert table_metrics(['edge'], {'edge': task}) == ('edge/odsF', 'edge/oisF', 'edge/AP')
    assert main_metrics(['edge'], {'edge': task}) == ('edge/odsF',)
