"""What a run's config says of how it was trained and evaluated, in words that can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.config import Config
from mmseg.evaluation import IoUMetric
from mmseg.registry import METRICS

from mmmtl.datasets.config_sets import inner_sets, loader_places
from mmmtl.evaluation.metrics.regression_metric import RegressionMetric

WHOLE_SET = 'over the whole set'
PER_BATCH = 'mean over batches'
PER_IMAGE = 'mean over images'
NO_AUGMENTATION = 'none'

_AVERAGES = {'dataset': WHOLE_SET, 'batch': PER_BATCH}


def read_protocol(
    cfg: Config, input_size: tuple[int, int], num_train: int, num_val: int
) -> dict[str, str]:
    """Reads the protocol of a run.

    Args:
        cfg: The run's whole config.
        input_size: Height and width of the images that the network sees.
        num_train: Number of training images.
        num_val: Number of validation images.

    Returns:
        By what it is about: ``'resolution'``, ``'epochs'`` or ``'iterations'``, ``'batch size'``
        (of one process), ``'batches'`` where they are of several data sets, ``'optimizer'``,
        ``'schedule'``, ``'augmentation'`` (what the training pipeline has and the validation's has
        not), ``'pretrained'``, ``'training images'``, ``'validation images'``, and as far as they
        are measured and known ``'classes'``, ``'depth unit'``, ``'mIoU'`` and
        ``'<task> averaging'``.
    """
    train = cfg.train_dataloader
    evaluated = [loader.dataset for loader in loader_places(cfg, 'val').values()]
    by_epoch = 'max_epochs' in cfg.train_cfg
    protocol = {
        'resolution': f'{input_size[0]}x{input_size[1]}',
        'epochs' if by_epoch else 'iterations': str(
            cfg.train_cfg['max_epochs' if by_epoch else 'max_iters']
        ),
        'batch size': str(train.batch_size),
        'optimizer': _describe(cfg.optim_wrapper['optimizer']),
        'schedule': '; '.join(map(_describe, _as_list(cfg.get('param_scheduler')))) or 'constant',
        'augmentation': _augmentation(
            _pipeline(train.dataset), [step for dataset in evaluated for step in _pipeline(dataset)]
        ),
        'pretrained': 'yes' if _is_pretrained(cfg.model) else 'no',
        'training images': str(num_train),
        'validation images': str(num_val),
    }
    if train.get('batch_sampler') is not None:
        protocol['batches'] = _describe(train.batch_sampler)
    for key, name in (('num_classes', 'classes'), ('depth_unit', 'depth unit')):
        stated = dict.fromkeys(str(dataset[key]) for dataset in evaluated if key in dataset)
        if stated:
            protocol[name] = ', '.join(stated)
    return protocol | _averaging(_evaluators(cfg.get('val_evaluator')))


def _describe(node: Mapping[str, Any]) -> str:
    """Writes ``dict(type='Adam', lr=1e-4)`` as ``'Adam lr=0.0001'``, the keys in their order."""
    values = {key: node[key] for key in sorted(node) if key not in ('type', 'by_epoch')}
    texts = (
        f'{key}={list(value) if isinstance(value, tuple) else value}'
        for key, value in values.items()
    )
    return ' '.join((_type_name(node), *texts))


def _type_name(node: Mapping[str, Any]) -> str:
    kind = node['type']
    return kind if isinstance(kind, str) else kind.__name__


def _pipeline(dataset: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Gives the pipeline of a data set, of a wrapper those of the sets inside."""
    inner = inner_sets(dataset).values()
    if inner:
        return [step for one in inner for step in _pipeline(one)]
    return dataset.get('pipeline') or ()


def _augmentation(train: Sequence[Mapping[str, Any]], val: Sequence[Mapping[str, Any]]) -> str:
    own = [_describe(transform) for transform in train if transform not in val]
    return ', '.join(dict.fromkeys(own)) or NO_AUGMENTATION


def _is_pretrained(node: Any) -> bool:
    if isinstance(node, Mapping):
        if node.get('type') == 'Pretrained' or node.get('pretrained'):
            return True
        node = list(node.values())
    return isinstance(node, (list, tuple)) and any(map(_is_pretrained, node))


def _averaging(evaluators: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found = {}
    for config in evaluators:
        metric = METRICS.get(config['type']) if isinstance(config['type'], str) else config['type']
        if isinstance(metric, type) and issubclass(metric, IoUMetric):
            found['mIoU'] = WHOLE_SET
        elif isinstance(metric, type) and issubclass(metric, RegressionMetric):
            task = config.get('task') or metric.default_prefix
            found[f'{task} averaging'] = _AVERAGES[config.get('average', 'dataset')]
    return found


def _evaluators(node: Any) -> list[Mapping[str, Any]]:
    """Gives the metrics, of several data sets those of all."""
    if isinstance(node, Mapping) and 'type' not in node:
        return [one for of_set in node.values() for one in _evaluators(of_set)]
    return _as_list(node)


def _as_list(node: Any) -> list[Mapping[str, Any]]:
    if not node:
        return []
    return [node] if isinstance(node, Mapping) else list(node)
