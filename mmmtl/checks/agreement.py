"""Whether network, data sets and evaluators of a config mean the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.hooks import CheckpointHook

from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems
from mmmtl.engine.best_checkpoint import check_save_best, reporting_hooks
from mmmtl.engine.set_statistics_check import check_set_statistics
from mmmtl.engine.task_definitions_check import (
    check_definitions,
    check_metric_names,
    check_metrics,
    check_same_classes,
)
from mmmtl.engine.training_labels import check_training_labels, dataset_parts
from mmmtl.tasks import IGNORED

_TRAIN = 'train_dataloader'


def check_agreement(
    network: Network,
    datasets: Mapping[str, Any],
    metrics: Mapping[str, Mapping[str, BaseMetric]],
    problems: Problems,
) -> None:
    """Compares what ``TaskCheckHook`` compares, one after the other.

    Args:
        network: The network.
        datasets: The data sets by the places of their loaders, such as ``'val_dataloader'`` or, of
            several, ``'val_dataloader.camvid'``.
        metrics: Metrics by their places, for the places of the loaders of the data sets that they
            measure.
        problems: Gets the problems.
    """
    train = datasets.get(_TRAIN)
    if network.tasks and train is not None:
        with problems.catch(''):
            check_training_labels(train, tuple(network.tasks))
    for loader, dataset in datasets.items():
        where = f'{loader}.dataset'
        if network.model is not None:
            with problems.catch(''):
                check_set_statistics(network.model, _names(loader, dataset), where)
        for part in dataset_parts(dataset):
            for name, task in network.tasks.items():
                with problems.catch(''):
                    check_definitions({name: task}, network.heads, part, where)
        if loader != _TRAIN and train is not None:
            with problems.catch(''):
                check_same_classes(train, dataset, where)
    for loader, found in metrics.items():
        dataset = datasets.get(loader)
        with problems.catch(''):
            check_metric_names(found.values(), loader.replace('_dataloader', '_evaluator'))
        for where, metric in found.items():
            if network.tasks:
                with problems.catch(''):
                    metainfo = getattr(dataset, 'metainfo', None)
                    check_metrics(network.tasks, [metric], where, metainfo)
            if all(hasattr(one, 'tasks') for one in dataset_parts(dataset)):
                _check_ignored(metric, where, problems)


def _names(loader: str, dataset: Any) -> Sequence[str]:
    """Gives the names of the data sets of a loader; one of several loaders has that of its own."""
    _, _, name = loader.partition('.')
    return [name] if name else getattr(dataset, 'names', ())


def check_best(hooks: Sequence[Any], metrics: Sequence[BaseMetric], problems: Problems) -> None:
    """Checks that the validation measures what chooses the best checkpoint.

    Args:
        hooks: The hooks.
        metrics: The metrics of the validation.
        problems: Gets the problems.
    """
    for hook in hooks:
        if isinstance(hook, CheckpointHook):
            with problems.catch(''):
                check_save_best(hook, [*metrics, *reporting_hooks(hooks)])


def check_measured(
    hooks: Sequence[Any], metrics: Sequence[BaseMetric], where: str, problems: Problems
) -> None:
    """Checks that a validation or test measures what the hooks make their own numbers of.

    Args:
        hooks: The hooks; those with a method ``check_measured(metrics, where)`` are asked.
        metrics: The metrics of the validation or test.
        where: Their place in the config, such as ``'val_evaluator'``.
        problems: Gets the problems.
    """
    for hook in hooks:
        if hasattr(hook, 'check_measured'):
            with problems.catch(''):
                hook.check_measured(metrics, where)


def _check_ignored(metric: BaseMetric, where: str, problems: Problems) -> None:
    ignored = getattr(metric, 'ignore_index', IGNORED)
    if ignored not in (None, IGNORED):
        problems.add(
            f'{where}.ignore_index',
            f'expected {IGNORED}, the id of pixels without a label, found {ignored}.',
        )
