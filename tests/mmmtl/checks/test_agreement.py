from mmengine.hooks import CheckpointHook

from mmmtl.checks.agreement import check_agreement, check_best, check_measured
from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems
from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.engine import DecathlonScoreHook
from mmmtl.evaluation.metrics import DepthErrorMetric, ImageClassMetric, TaskIoUMetric
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


def test_a_hook_is_asked_whether_it_finds_its_numbers():
    problems = Problems()
    hooks = [CheckpointHook(), DecathlonScoreHook()]
    metrics = [ImageClassMetric(domain.task) for domain in DOMAINS.values()]
    check_measured(hooks, metrics, 'val_evaluator', problems)
    check_measured(hooks, [DepthErrorMetric()], 'test_evaluator', problems)
    assert problems.lines() == []
    check_measured(hooks, metrics[1:], 'test_evaluator', problems)
    (line,) = problems.lines()
    assert line.startswith('test_evaluator: expected the accuracy of all 10 domains')
    assert "found none of ['aircraft']; " in line
