"""The model of a single-task config of mmseg as one of several tasks."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from mmmtl.apis.to_multi_task_heads import (
    further_head,
    main_head,
    number_of_classes,
    replace_classes,
    type_of,
)
from mmmtl.compat.config import is_installed
from mmmtl.tasks import Task

_REASONS = {
    'DepthEstimator': 'it predicts depth alone, there is no head of classes',
    'MultimodalEncoderDecoder': 'its head reads text and image, and there is no backbone to share',
    'SegTTAModel': 'it wraps another model for test-time augmentation',
}
_MMDET_HEADS = ('MaskFormerHead', 'Mask2FormerHead')
_KEPT = ('backbone', 'neck', 'pretrained', 'train_cfg', 'test_cfg', 'init_cfg', '_scope_')
_READ = ('type', 'data_preprocessor', 'decode_head', 'auxiliary_head', 'num_stages')


def multi_task_model(
    model: Mapping,
    tasks: Mapping[str, Task],
    heads: Mapping[str, dict],
    decoder: str,
    num_classes: int | None,
    backbone: Mapping | None = None,
) -> dict:
    """Turns the config of a model of mmseg into that of a ``MultiTaskSegmentor``.

    Args:
        model: Config of an ``EncoderDecoder`` or ``CascadeEncoderDecoder``.
        tasks: The tasks by name; the first one of classes gets the model's heads.
        heads: Configs of heads that are given.
        decoder: Decoder of the others, see
            :func:`~mmmtl.apis.to_multi_task_heads.further_head`.
        num_classes: New number of classes of the model's heads. None: that of the task's
            definition, or else the model's own.
        backbone: Config of another backbone. Defaults to None: the model's own.

    Returns:
        The new config.

    Raises:
        ValueError: If the model cannot be turned; the message names the key.
    """
    model = copy.deepcopy(dict(model))
    if backbone is not None:
        kept = {key: value for key, value in model.items() if key != 'pretrained'}
        model = {**kept, 'backbone': copy.deepcopy(dict(backbone))}
    _check_model(model)
    main = task_of_classes(tasks, heads)
    seg_heads: dict[str, Any] = {
        key: model[key] for key in ('decode_head', 'auxiliary_head') if model.get(key)
    }
    _change_classes(seg_heads, tasks[main], num_classes)
    seg_head = seg_heads['decode_head']
    turned = dict(
        type='MultiTaskSegmentor',
        data_preprocessor=multi_task_data_preprocessor(model.get('data_preprocessor')),
        **{key: model[key] for key in _KEPT if model.get(key) is not None},
        decode_head={
            name: _head_of(name, task, main, seg_head, heads, decoder)
            for name, task in tasks.items()
        },
        loss_weighting=dict(type='EqualWeighting'),
    )
    if 'auxiliary_head' in seg_heads:
        turned['auxiliary_head'] = {main: seg_heads['auxiliary_head']}
    return turned


def task_of_classes(tasks: Mapping[str, Task], heads: Mapping[str, dict]) -> str:
    """Finds the task that gets the config's own heads.

    Args:
        tasks: The tasks by name.
        heads: Configs of heads that are given.

    Returns:
        Name of the first task of classes that has no given head.

    Raises:
        ValueError: If there is none.
    """
    for name, task in tasks.items():
        if task.holds_ids and name not in heads:
            return name
    raise ValueError(
        "tasks: expected a task of classes, which gets the config's own head, "
        f'found none among {list(tasks)}.'
    )


def multi_task_data_preprocessor(config: Mapping | None) -> dict:
    """Turns the config of mmseg's data preprocessor into one that pads the labels of each task.

    Args:
        config: Config of a ``SegDataPreProcessor``; None for none.

    Returns:
        The new config, with mean, standard deviation, channel order and padding of the old.

    Raises:
        ValueError: If it is another preprocessor.
    """
    config = dict(config or {})
    kind = type_of(config) or 'SegDataPreProcessor'
    if kind not in ('SegDataPreProcessor', 'MultiTaskDataPreprocessor'):
        raise ValueError(
            f'model.data_preprocessor.type: expected SegDataPreProcessor, found {kind!r}, '
            'which is not known to pad the labels of other tasks.'
        )
    config.pop('seg_pad_val', None)  # labels are padded with what is invalid for their task
    return {**config, 'type': 'MultiTaskDataPreprocessor'}


def _check_model(model: Mapping) -> None:
    kind = type_of(model)
    if kind not in ('EncoderDecoder', 'CascadeEncoderDecoder'):
        why = f': {_REASONS[kind]}' if kind in _REASONS else ''
        raise ValueError(
            'model.type: expected EncoderDecoder or CascadeEncoderDecoder, '
            f'found {kind or None!r}{why}.'
        )
    lacking = [key for key in ('backbone', 'decode_head') if not model.get(key)]
    if lacking:
        raise ValueError(f'model: expected backbone and decode_head, found no {lacking[0]}.')
    if type_of(_first(model['decode_head'])) in _MMDET_HEADS and not is_installed('mmdet'):
        raise ValueError(
            f'model.decode_head.type: {type_of(model["decode_head"])} needs mmdet, which is not '
            'installed (onedl-mmdetection with a compiled mmcv).'
        )
    unknown = sorted(set(model) - {*_KEPT, *_READ})
    if unknown:
        raise ValueError(
            f'model.{unknown[0]}: the MultiTaskSegmentor has nothing that corresponds to it.'
        )


def _first(head: Any) -> Mapping:
    return head[0] if isinstance(head, (list, tuple)) else head


def _head_of(
    name: str,
    task: Task,
    main: str,
    seg_head: Any,
    heads: Mapping[str, dict],
    decoder: str,
) -> dict:
    if name in heads:
        return copy.deepcopy(dict(heads[name]))
    if name == main:
        return main_head(seg_head)
    return copy.deepcopy(further_head(seg_head, task, decoder))


def _change_classes(heads: Mapping[str, Any], task: Task, given: int | None) -> None:
    """Changes the number of classes of the main task's heads to the one that is asked for."""
    told = task.head_arguments.get('num_classes')
    if None not in (given, told) and given != told:
        raise ValueError(
            f'num_classes: expected {told}, the classes of {task.name!r}, found {given}; '
            'leave it out.'
        )
    new = told if given is None else given
    if new is None:
        return
    old = number_of_classes(heads['decode_head'])
    if old is None:
        raise ValueError('num_classes: the config has no model.decode_head.num_classes to change.')
    for head in heads.values():
        replace_classes(head, old, new)
