"""One check of a whole config."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mmengine.config import Config
from mmengine.evaluator import BaseMetric
from mmseg.registry import METRICS

from mmmtl.checks.agreement import check_agreement, check_best, check_measured
from mmmtl.checks.batches import check_batches
from mmmtl.checks.channels import check_channels
from mmmtl.checks.class_weights import check_class_weights
from mmmtl.checks.data import open_dataset
from mmmtl.checks.hooks import build_hooks, check_weighting_hook
from mmmtl.checks.names import check_names
from mmmtl.checks.network import Network, build_network
from mmmtl.checks.places import PHASES, each, places
from mmmtl.checks.problems import Problems
from mmmtl.checks.schedule import check_schedule
from mmmtl.checks.sections import check_sections
from mmmtl.checks.sizes import check_sizes, image_size, pipeline_of, reads_colors
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.engine.loops.multi_set_evaluator import check_different_names
from mmmtl.engine.loops.several_sets import evaluators_by_set
from mmmtl.evaluation.metric_names import put_set_before
from mmmtl.sets.config_sets import loader_places, loaders_by_name

_DEFAULT_SIZE = (256, 256)


class ConfigProblems(ValueError):
    """All that is wrong with a config.

    Args:
        lines: The problems.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__('\nerror: '.join(lines))
        self.lines = tuple(lines)


def refuse_problems(cfg: Config, phases: Sequence[str] = PHASES) -> None:
    """Refuses a config that cannot be run.

    Args:
        cfg: The config, as :func:`~mmmtl.apis.launch.load_config` gives it.
        phases: See :func:`check_config`.

    Raises:
        ConfigProblems: If there is anything wrong with it.
    """
    problems = find_problems(cfg, tuple(phases), ())
    if problems.lines():
        cause = problems.causes[0] if problems.causes else None
        raise ConfigProblems(problems.lines()) from cause


def check_config(
    cfg: Config, phases: Sequence[str] = PHASES, coming: Collection[str] = ()
) -> tuple[str, ...]:
    """Looks for all that is wrong with a config.

    Model, data sets, evaluators, optimizer, schedules and hooks are built, the model without
    memory for its weights, and compared. No image is read, no file of weights, and nothing is
    written. Misspelt names are taken for the nearest ones to find what else is wrong.

    Args:
        cfg: The config, as :func:`~mmmtl.apis.launch.load_config` gives it. It is not changed.
        phases: Which of ``'train'``, ``'val'`` and ``'test'`` are looked at. Defaults to all.
        coming: Folders of data that are made before the run; sets in them need not be there.
            Defaults to none.

    Returns:
        The problems, a line each; none if the config can be run.
    """
    return tuple(find_problems(cfg, tuple(phases), coming).lines())


def find_problems(cfg: Config, phases: tuple[str, ...], coming: Collection[str]) -> Problems:
    """Looks for problems, see :func:`check_config`.

    Args:
        cfg: The config.
        phases: What is looked at.
        coming: Folders of data that are made before the run.

    Returns:
        The problems, and the errors behind them.
    """
    problems = Problems()
    values = copy.deepcopy(cfg.to_dict())
    with registry_scope(config_scope(cfg)):
        there = check_sections(values, phases, problems)
        unknown = check_names(places(values, there), problems)
        network = _network(values, unknown, problems)
        datasets = _datasets(values, there, unknown, problems, coming)
        metrics = {
            place: found
            for phase in there
            if phase != 'train'
            for place, found in _evaluators(values, phase, unknown, problems).items()
        }
        if 'train' in there:
            loader = values.get('train_dataloader')
            dataset = datasets.get('train_dataloader')
            weighting = network.loss_weighting
            check_batches(loader, dataset, 'train_dataloader', weighting, unknown, problems)
        check_agreement(network, datasets, metrics, problems)
        check_sizes(values, problems)
        hooks = build_hooks(values, unknown, problems)
        if 'train' in there:
            check_schedule(values, unknown, problems)
            if network.loss_weighting is not None:
                check_weighting_hook(
                    network.loss_weighting, hooks, values.get('train_cfg'), problems
                )
            measured = _metrics_of(metrics, 'val')
            if measured and not _any_in(unknown, 'val_evaluator'):
                check_best(hooks, measured, problems)
                check_measured(hooks, measured, 'val_evaluator', problems)
        if 'test' in there and not _any_in(unknown, 'test_evaluator'):
            check_measured(hooks, _metrics_of(metrics, 'test'), 'test_evaluator', problems)
    return problems


def _metrics_of(metrics: Mapping[str, Mapping[str, BaseMetric]], phase: str) -> list[BaseMetric]:
    return [
        metric
        for place, found in metrics.items()
        if place.startswith(phase)
        for metric in found.values()
    ]


def _network(values: Mapping[str, Any], unknown: set[str], problems: Problems) -> Network:
    if values.get('model') is None or _any_in(unknown, 'model'):
        return Network()
    network = build_network(values['model'], problems)
    size = image_size(pipeline_of(values, 'train')) or image_size(pipeline_of(values, 'test'))
    colors = all(reads_colors(pipeline_of(values, phase)) for phase in PHASES)
    check_channels(network, size or _DEFAULT_SIZE, problems, colors=colors)
    heads = {f'model.decode_head.{name}': head for name, head in network.heads.items()}
    heads |= {f'model.{place}': head for place, head in network.auxiliary.items()}
    check_class_weights(heads, problems)
    return network


def _datasets(
    values: Mapping[str, Any],
    phases: tuple[str, ...],
    unknown: set[str],
    problems: Problems,
    coming: Collection[str],
) -> dict[str, Any]:
    """Builds the data sets, by the places of their loaders; two that are the same are shared."""
    found: dict[str, Any] = {}
    configs: dict[str, Any] = {}
    loaders = [place for phase in phases for place in loader_places(values, phase).items()]
    for place, loader in loaders:
        config = loader.get('dataset') if isinstance(loader, Mapping) else None
        where = f'{place}.dataset'
        if config is None or _any_in(unknown, where):
            continue
        same = next((other for other, known in configs.items() if known == config), None)
        configs[place] = config
        if same is not None:
            found[place] = found.get(same)
        else:
            found[place] = open_dataset(config, where, problems, coming)
    return {place: dataset for place, dataset in found.items() if dataset is not None}


def _evaluators(
    values: Mapping[str, Any], phase: str, unknown: set[str], problems: Problems
) -> dict[str, dict[str, BaseMetric]]:
    """Builds the metrics, by the places of the loaders of what they measure."""
    where, loader = f'{phase}_evaluator', f'{phase}_dataloader'
    evaluator, several = values.get(where), loaders_by_name(values.get(loader))
    if several is None:
        return {loader: _metrics(evaluator, where, unknown, problems)}
    found: dict[str, dict[str, BaseMetric]] = {}
    shared = not isinstance(evaluator, Mapping) or 'type' in evaluator or 'metrics' in evaluator
    with problems.catch(''):
        for name, one in evaluators_by_set(evaluator, list(several), where).items():
            place = where if shared else f'{where}.{name}'
            found[f'{loader}.{name}'] = _metrics(one, place, unknown, problems)
            if (values.get(f'{phase}_cfg') or {}).get('prefix', True):
                for metric in found[f'{loader}.{name}'].values():
                    put_set_before(metric, name)
    with problems.catch(where):
        by_name = {place.rpartition('.')[2]: list(own.values()) for place, own in found.items()}
        check_different_names(by_name)
    return found


def _metrics(
    evaluator: Any, where: str, unknown: set[str], problems: Problems
) -> dict[str, BaseMetric]:
    metrics: dict[str, BaseMetric] = {}
    for place, config in each(evaluator, where):
        if isinstance(config, BaseMetric):
            metrics[place] = config
        elif isinstance(config, Mapping) and 'metrics' in config:
            metrics |= _metrics(config['metrics'], f'{place}.metrics', unknown, problems)
        elif not isinstance(config, Mapping) or 'type' not in config:
            problems.add(place, f'expected dict(type=...), a metric, found {config!r}.')
        elif place not in unknown:
            with problems.catch(place):
                metrics[place] = METRICS.build(config)
    return metrics


def _any_in(unknown: set[str], where: str) -> bool:
    return any(place == where or place.startswith(f'{where}.') for place in unknown)
