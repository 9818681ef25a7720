from mmengine.hooks import CheckpointHook

from mmmtl.checks.agreement import check_agreement, check_best
from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems
from mmmtl.evaluation.metrics import DepthErrorMetric, TaskIoUMetric
from mmmtl.tasks import build_tasks


def test_every_metric_and_every_best_is_looked_at():
    problems = Problems()
    network = Network(tasks=build_tasks(['seg']))
    metrics = {'val_evaluator.0': TaskIoUMetric('label'), 'val_evaluator.1': DepthErrorMetric()}
    check_agreement(network, {}, {'val_dataloader': metrics}, problems)
    best = CheckpointHook(save_best='seg/mIoU', rule='greater')
    check_best([best], list(metrics.values()), problems)
    assert [line.partition(':')[0] for line in problems.lines()] == [
        'val_evaluator.0',
        'val_evaluator.1',
        'default_hooks.checkpoint.save_best',
    ]
