"""Whether network, data sets and evaluators of a config mean the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.hooks import CheckpointHook

from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems
from mmmtl.engine.best_checkpoint import check_save_best
from mmmtl.engine.task_definitions_check import (
    check_definitions,
    check_metric_names,
    check_metrics,
    check_same_classes,
)
from mmmtl.engine.training_labels import check_training_labels, dataset_parts
from mmmtl.tasks import IGNORED


def check_agreement(
    network: Network,
    datasets: Mapping[str, Any],
    metrics: Mapping[str, Mapping[str, BaseMetric]],
    problems: Problems,
) -> None:
    """Compares what ``TaskCheckHook`` compares, one after the other.

    Args:
        network: The network.
        datasets: The data sets by ``'train'``, ``'val'`` and ``'test'``.
        metrics: Metrics of ``'val'`` and ``'test'`` by their places.
        problems: Gets the problems.
    """
    train = datasets.get('train')
    if network.tasks and train is not None:
        with problems.catch(''):
            check_training_labels(train, tuple(network.tasks))
    for phase, dataset in datasets.items():
        where = f'{phase}_dataloader.dataset'
        for part in dataset_parts(dataset):
            for name, task in network.tasks.items():
                with problems.catch(''):
                    check_definitions({name: task}, network.heads, part, where)
        if phase != 'train' and train is not None:
            with problems.catch(''):
                check_same_classes(train, dataset, where)
    for phase, found in metrics.items():
        dataset = datasets.get(phase)
        with problems.catch(''):
            check_metric_names(found.values(), f'{phase}_evaluator')
        for where, metric in found.items():
            if network.tasks:
                with problems.catch(''):
                    metainfo = getattr(dataset, 'metainfo', None)
                    check_metrics(network.tasks, [metric], where, metainfo)
            if all(hasattr(one, 'tasks') for one in dataset_parts(dataset)):
                _check_ignored(metric, where, problems)


def check_best(hooks: Sequence[Any], metrics: Mapping[str, BaseMetric], problems: Problems) -> None:
    """Checks that the validation measures what chooses the best checkpoint.

    Args:
        hooks: The hooks.
        metrics: The metrics of the validation by their places.
        problems: Gets the problems.
    """
    for hook in hooks:
        if isinstance(hook, CheckpointHook):
            with problems.catch(''):
                check_save_best(hook, list(metrics.values()))


def _check_ignored(metric: BaseMetric, where: str, problems: Problems) -> None:
    ignored = getattr(metric, 'ignore_index', IGNORED)
    if ignored not in (None, IGNORED):
        problems.add(
            f'{where}.ignore_index',
            f'expected {IGNORED}, the id of pixels without a label, found {ignored}.',
        )
