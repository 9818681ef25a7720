"""From a config of mmsegmentation to one of several tasks."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmengine.config import Config

from mmmtl.apis.to_multi_task_heads import DECODERS, type_of
from mmmtl.apis.to_multi_task_model import (
    multi_task_data_preprocessor,
    multi_task_model,
    task_of_classes,
)
from mmmtl.apis.to_multi_task_pipeline import multi_task_pipeline
from mmmtl.sets.config_sets import inner_sets
from mmmtl.tasks import SEG, Task, Tasks, build_tasks

_HOOKS = (
    'EpochSeedHook',
    'PreemptionHook',
    'SyncNormStatsHook',
    'LossWeightingHook',
    'TaskCheckHook',
    'ClassPixelsHook',
    'CheckpointFitHook',
    'WorkDirHook',
)
_LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')
_EVALUATORS = ('val_evaluator', 'test_evaluator')
_DRAWN_BY = {
    'SegVisualizationHook': 'MultiTaskVisualizationHook',
    'SegLocalVisualizer': 'MultiTaskLocalVisualizer',
}


def to_multi_task(
    cfg: Config,
    tasks: Tasks,
    train_dataset: Mapping | None = None,
    val_dataset: Mapping | None = None,
    num_classes: int | None = None,
    heads: Mapping[str, dict] | None = None,
    decoder: str = 'same',
    backbone: Mapping | None = None,
) -> Config:
    """Turns a config of mmsegmentation into one that learns several tasks.

    The config's heads, auxiliary ones included, become those of its first task of classes; every
    other task gets a head on the same features. Backbone, neck, schedule, optimizer and batch size
    stay. Runtime parts of mmseg that know segmentation only are replaced: data preprocessor,
    visualizer, its hook and the model of test-time augmentation; the hooks of this package are
    added.

    With data sets, the loaders get them, together with the config's pipelines, in which transforms
    that would corrupt other labels are replaced, and the evaluators get the metrics of each further
    task's kind. Without, data loaders, pipelines and evaluators stay the
    config's own, whose labels are those of segmentation: enough to look at the model or to load
    weights into it, not to train it.

    Example::

        from mmengine.hub import get_config
        from mmmtl.apis import to_multi_task

        cfg = get_config('mmseg::pspnet/pspnet_r50-d8_4xb2-40k_cityscapes-512x1024.py')
        cfg = to_multi_task(cfg, ['seg', 'depth'])

    Tasks of one's own are defined here, as in a config; model and data sets get the definitions::

        tasks = dict(
            parts=dict(type='ClassTask', classes=('head', 'body', 'legs')),
            edge=dict(type='BinaryTask'),
        )
        cfg = to_multi_task(cfg, tasks, train_dataset=train, val_dataset=val)

    Args:
        cfg: A config with an ``EncoderDecoder`` or ``CascadeEncoderDecoder``; it is not changed.
        tasks: Names of known tasks, or a definition for each name, see :mod:`mmmtl.tasks`. The
            first one of classes gets the config's heads.
        train_dataset: Config of the training set, such as a ``MultiTaskDataset``. ``tasks``, and
            the ``pipeline`` of the config's own training set, are filled in where it has none.
            Defaults to none.
        val_dataset: The same for validation and test; given with ``train_dataset``.
        num_classes: Number of classes of the first task of classes, if the data sets have others
            than the config. Class weights that are not one number for all classes are then left
            out. Defaults to that of the task's definition, or else to the config's.
        heads: Configs of heads for some of the tasks, in place of those made here. Defaults to
            none.
        decoder: What the heads made here are: ``'same'``, a decoder of the same kind as the
            config's with another last convolution, or ``'fcn'``, one convolution 3x3; see
            :func:`~mmmtl.apis.to_multi_task_heads.further_head`.
        backbone: Config of another backbone, such as a
            :class:`~mmmtl.models.backbones.HFBackbone`, in place of the config's and of its
            weights; the library of the config's is no longer imported. Its outputs must be as many,
            and have the channels, that neck or heads read. Defaults to none.

    Returns:
        The new config.

    Raises:
        ValueError: If the config has something that cannot be turned, or an argument is wrong; the
            message names the key.
    """
    chosen = build_tasks(tasks)
    given = dict(heads or {})
    _check_arguments(chosen, given, decoder, train_dataset, val_dataset)
    if cfg.get('default_scope') not in (None, 'mmseg'):
        raise ValueError(f'default_scope: expected mmseg, found {cfg.default_scope!r}.')
    if cfg.get('model') is None:
        raise ValueError('model: expected a model in the config, found none.')
    cfg = copy.deepcopy(cfg)
    cfg.default_scope = 'mmseg'
    replaced = cfg.model.get('backbone') if backbone is not None else None
    cfg.model = multi_task_model(cfg.model.to_dict(), chosen, given, decoder, num_classes, backbone)
    cfg.custom_imports = _imports(cfg.pop('custom_imports', None))
    if replaced is not None:
        _leave_out_library(cfg, str(replaced.get('type')))
    if 'data_preprocessor' in cfg:
        cfg.data_preprocessor = multi_task_data_preprocessor(cfg.data_preprocessor)
    main = task_of_classes(chosen, given)
    if isinstance(tasks, Mapping):
        cfg.tasks = {name: _definition(task) for name, task in chosen.items()}
        cfg.model.tasks = copy.deepcopy(cfg.tasks)
    _replace_runtime(cfg, main)
    if train_dataset is not None and val_dataset is not None:
        _replace_data(cfg, chosen, train_dataset, val_dataset)
        for key in _EVALUATORS:
            cfg[key] = _evaluators(cfg.get(key), chosen.values(), main)
    return cfg


def _check_arguments(
    tasks: Mapping[str, Task],
    heads: Mapping[str, dict],
    decoder: str,
    train_dataset: Mapping | None,
    val_dataset: Mapping | None,
) -> None:
    unknown = [name for name in heads if name not in tasks]
    if unknown:
        raise ValueError(f'heads: expected keys among the tasks {list(tasks)}, found {unknown}.')
    if decoder not in DECODERS:
        raise ValueError(f'decoder: expected one of {DECODERS}, found {decoder!r}.')
    if (train_dataset is None) != (val_dataset is None):
        lacking = 'train_dataset' if train_dataset is None else 'val_dataset'
        raise ValueError(f'{lacking}: expected both data sets or none, found one.')


def _imports(config: Mapping | None) -> dict:
    config = dict(config or {'allow_failed_imports': False})
    modules = config.get('imports') or []
    modules = [modules] if isinstance(modules, str) else list(modules)
    return {**config, 'imports': modules if 'mmmtl' in modules else [*modules, 'mmmtl']}


def _leave_out_library(cfg: Config, replaced: str) -> None:
    """Takes the library of a backbone that was replaced out of the imports, if nothing needs it."""
    library, dot, _ = replaced.partition('.')
    others = {key: value for key, value in cfg.to_dict().items() if key != 'custom_imports'}
    if dot and not _has_type_of(others, library):
        modules = cfg.custom_imports['imports']
        kept = [module for module in modules if module.partition('.')[0] != library]
        cfg.custom_imports['imports'] = kept


def _has_type_of(value: Any, library: str) -> bool:
    if isinstance(value, Mapping):
        found = str(value.get('type')).startswith(f'{library}.')
        return found or any(_has_type_of(part, library) for part in value.values())
    return isinstance(value, (list, tuple)) and any(_has_type_of(part, library) for part in value)


def _replace_runtime(cfg: Config, main: str) -> None:
    if 'visualizer' in cfg:
        _redraw(cfg.visualizer)
    hooks = cfg.get('default_hooks') or {}
    for hook in hooks.values():
        _redraw(hook)
    checkpoint = hooks.get('checkpoint') or {}
    best = checkpoint.get('save_best')
    if isinstance(best, str) and best != 'auto' and '/' not in best:
        checkpoint['save_best'] = f'{main}/{best}'
        checkpoint.setdefault('rule', 'greater')  # mIoU, mAcc, aAcc, mDice, ...
    own = list(cfg.get('custom_hooks') or [])
    known = {type_of(hook) for hook in own}
    cfg.custom_hooks = own + [dict(type=name) for name in _HOOKS if name not in known]
    if type_of(cfg.get('tta_model') or {}) == 'SegTTAModel':
        cfg.tta_model = dict(type='MultiTaskTTAModel')


def _redraw(config: Any) -> None:
    if isinstance(config, dict) and type_of(config) in _DRAWN_BY:
        config['type'] = _DRAWN_BY[type_of(config)]
        config.pop('alpha', None)


def _replace_data(
    cfg: Config, tasks: Mapping[str, Task], train_dataset: Mapping, val_dataset: Mapping
) -> None:
    pipelines: dict[str, list[dict]] = {}
    for key, dataset in zip(_LOADERS, (train_dataset, val_dataset, val_dataset), strict=True):
        dataset = dict(dataset)
        dataset.setdefault('tasks', copy.deepcopy(cfg.get('tasks') or list(tasks)))
        loader = cfg.get(key)
        if not loader:
            raise ValueError(f'{key}: expected a data loader in the config, found none.')
        if 'pipeline' not in dataset:
            name = f'{key}.dataset.pipeline'
            pipeline = _pipeline_of(loader.get('dataset'))
            if pipeline is None:
                raise ValueError(f'{name}: expected a pipeline in the config, found none.')
            dataset['pipeline'] = multi_task_pipeline(pipeline, tasks.values(), name)
        pipelines[key] = dataset['pipeline']
        loader['dataset'] = dataset
    for name, key in (('train_pipeline', _LOADERS[0]), ('test_pipeline', _LOADERS[2])):
        if name in cfg:
            cfg[name] = pipelines[key]
    if 'tta_pipeline' in cfg:
        tta = cfg.tta_pipeline
        cfg['tta_pipeline'] = multi_task_pipeline(tta, tasks.values(), 'tta_pipeline')


def _pipeline_of(dataset: Any) -> Any:
    """Finds the pipeline of a data set, or of the first one that it holds."""
    if not isinstance(dataset, Mapping):
        return None
    if dataset.get('pipeline') is not None:
        return dataset['pipeline']
    inner = inner_sets(dataset).values()
    return next((found for one in inner if (found := _pipeline_of(one)) is not None), None)


def _definition(task: Task) -> dict[str, Any]:
    """Gives what makes the task in a config, its reader included."""
    reader = {} if task.reader is None else {'reader': task.reader}
    return task.definition() | reader


def _evaluators(given: Any, tasks: Iterable[Task], main: str) -> list[dict]:
    own = list(given) if isinstance(given, (list, tuple)) else [given] if given else []
    evaluators: list[dict] = []
    for task in tasks:
        metrics = _own_metrics(own, task) if task.name == main else _default_metrics(task)
        evaluators += [{'prefix': task.name, **metric} for metric in metrics]
    return evaluators


def _own_metrics(own: Sequence[Mapping], task: Task) -> list[dict]:
    """Gives the config's own metrics, which read the maps of ``seg``, or the like of the task."""
    if task.gt_field == SEG.gt_field:
        return [dict(metric) for metric in own]
    if any(type_of(metric) != 'IoUMetric' for metric in own):
        return _default_metrics(task)
    return [{**metric, 'type': 'TaskIoUMetric', 'task': task.name} for metric in own]


def _default_metrics(task: Task) -> list[dict]:
    return [{**metric, 'task': task.name} for metric in task.default_metrics]
