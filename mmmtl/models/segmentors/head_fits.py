"""What a head must be told of its task, and whether it can serve it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead

from mmmtl.models.decode_heads import (
    CascadeDecodeHead,
    DecoderRegressionHead,
    RegressionHead,
    SupervisionHead,
)
from mmmtl.models.segmentors.named_parts import named_arguments, takes_any_argument, type_of
from mmmtl.tasks import IGNORED, SEG, Task

_BOUNDARY_HEADS = ('STDCHead',)
"""Heads of mmseg whose classes are boundary and none, whatever the label's are."""

_EDGE_HEADS = ('PIDHead',)
"""Heads of mmseg that also learn the edges of mmseg's own label, which ``GenerateEdge`` draws."""

_PAIR_HEADS = ('DPTHead',)
"""Heads of mmseg that read pairs of map and class token."""

_SOFTMAX_LOSSES = (
    'HuasdorffDisstanceLoss',
    'KLDivLoss',
    'OhemCrossEntropy',
    'TverskyLoss',
    'lovasz_softmax',
)
"""Losses of mmseg that compare classes with each other and do not say so by ``use_sigmoid``."""

_ONE_CLASS = (
    ': nothing is told apart then, and the softmax of one class is always 1, its loss 0. Name the '
    'background as a class too, or make it a BinaryTask.'
)

_HEADS_WITHIN = {
    'CascadeDecodeHead': ('heads',),
    'DecoderRegressionHead': ('head',),
    'IterativeDecodeHead': ('kernel_generate_head', 'kernel_update_head'),
    'SupervisionHead': ('head',),
}
"""Heads that are made of heads, whose configs stand under these keys: it is those who are told."""


def with_told(config: Mapping[str, Any], task: Task, where: str) -> dict[str, Any]:
    """Adds to the config of a head what its task says and the config does not.

    Args:
        config: Config of the head.
        task: The task.
        where: Place of the config, for messages.

    Returns:
        The config.

    Raises:
        ValueError: If there is no such head.
    """
    head_type = type_of(config, where)
    name = head_type.__name__
    if name in _BOUNDARY_HEADS:
        return dict(config)
    if name in _HEADS_WITHIN:
        given = {key: config[key] for key in _HEADS_WITHIN[name] if key in config}
        return {
            **config,
            **{key: _each_told(part, task, f'{where}.{key}') for key, part in given.items()},
        }
    arguments = task.head_arguments
    told = arguments if takes_any_argument(head_type) else named_arguments(head_type, arguments)
    return {**told, **config}


def predicted_channels(config: Mapping[str, Any], task: Task, where: str) -> int:
    """Gives the channels of what a head predicts.

    Args:
        config: Config of the head.
        task: The task.
        where: Place of the config, for messages.

    Returns:
        The classes that the head tells apart, or the channels of the task's label.

    Raises:
        ValueError: If there is no such head.
    """
    told = with_told(config, task, where)
    return told.get('out_channels', told.get('num_classes', task.channels))


def check_head(head: Any, task: Task, where: str) -> None:
    """Checks that a head can serve a task.

    Args:
        head: The head.
        task: The task.
        where: Place of its config, for messages.

    Raises:
        ValueError: If it has other classes, too many or one alone, ignores another id than the
            label's, or learns classes of a task that has none, or numbers of one that has classes,
            or a single logit by a softmax.
    """
    if isinstance(head, CascadeDecodeHead):
        for index, part in enumerate(head):
            check_head(part, task, f'{where}.heads.{index}')
        return
    if isinstance(head, SupervisionHead):
        check_head(head.head, task, f'{where}.head')
        return
    name = type(head).__name__
    if name in _BOUNDARY_HEADS:
        return
    check_head_type(type(head), task, where)
    has_ids = _has_ids(task)
    if isinstance(head, (RegressionHead, DecoderRegressionHead)) and task.holds_ids:
        raise ValueError(
            f'{where}: {name} learns numbers, and {task.name!r} has class ids; expected a head of '
            f'classes, such as {task.default_head}.'
        )
    if isinstance(head, (RegressionHead, DecoderRegressionHead)):
        _check_numbers(getattr(head, 'head', head), task, where)
    expected = task.head_arguments.get('num_classes')
    found = getattr(head, 'num_classes', None)
    if task.holds_ids and None not in (expected, found) and found != expected:
        raise ValueError(
            f'{where}.num_classes: expected {expected}, the classes of {task.name!r}, '
            f'found {found}; state {expected} or leave it out.'
        )
    if task.holds_ids and found is not None and not 2 <= found <= IGNORED:
        raise ValueError(
            f'{where}.num_classes: expected 2 to {IGNORED} classes of {task.name!r}, found {found}'
            + ('; labels are of 8 bits.' if found > 1 else _ONE_CLASS)
        )
    ignored = getattr(head, 'ignore_index', IGNORED)
    if has_ids and ignored != IGNORED:
        raise ValueError(
            f'{where}.ignore_index: expected {IGNORED}, the id of pixels without a label, '
            f'found {ignored}.'
        )
    if has_ids and not task.holds_ids and not isinstance(head, RegressionHead):
        _check_logits(head, task, where)
    if has_ids:
        _check_one_logit(head, where)


def check_reads_outputs(head: Any, backbone: Any, where: str) -> None:
    """Checks that a head that reads pairs of map and class token gets pairs.

    mmseg's ``DPTHead`` asks only that there are two of something, which a map of two images is too.

    Args:
        head: The head.
        backbone: The backbone that it reads; None if something is between them.
        where: Place of its config, for messages.

    Raises:
        ValueError: If the backbone could give class tokens and was not asked for them.
    """
    decoder = getattr(head, 'decoder', head)
    asked = getattr(backbone, 'output_cls_token', True)
    if type(decoder).__name__ in _PAIR_HEADS and not asked:
        raise ValueError(
            f'{where}: {type(decoder).__name__} reads pairs of map and class token, expected '
            f'output_cls_token=True of {type(backbone).__name__}, found False.'
        )


def check_head_type(head_type: type, task: Task, where: str) -> None:
    """Checks that a type of heads learns what a task has, before one is built.

    Args:
        head_type: The type.
        task: The task.
        where: Place of the config, for messages.

    Raises:
        ValueError: If it predicts maps and the task has one value an image, or the other way round,
            or it learns class ids, or their edges, and the task has none.
    """
    _check_extent(head_type, task, where)
    if head_type.__name__ in _EDGE_HEADS and task.gt_field != SEG.gt_field:
        raise ValueError(
            f'{where}: {head_type.__name__} learns the edges of {SEG.gt_field}, the label of '
            f'{SEG.name!r}; {task.name!r} has none, expected a head such as {task.default_head}.'
        )
    if _learns_ids(head_type) and not _has_ids(task):
        raise ValueError(
            f'{where}: {head_type.__name__} learns class ids, and {task.name!r} has none; expected '
            f'a head of numbers, such as {task.default_head}.'
        )


def _check_extent(head_type: type, task: Task, where: str) -> None:
    """Checks that a head predicts a map for a map, and one value for one of the whole image."""
    if getattr(head_type, 'is_dense', True) != task.is_dense:
        found, expected = 'the whole image', 'each pixel'
        if not task.is_dense:
            found, expected = expected, found
        raise ValueError(
            f'{where}: {head_type.__name__} predicts something for {found}, and {task.name!r} is '
            f'of {expected}; expected a head such as {task.default_head}.'
        )


def _check_numbers(head: Any, task: Task, where: str) -> None:
    """Checks that one of this package's heads predicts what the task's maps hold."""
    _check_extent(type(head), task, where)
    expected = task.head_arguments.get('out_channels', task.channels)
    if head.out_channels != expected:
        raise ValueError(
            f'{where}: {type(head).__name__} predicts {head.out_channels} per '
            f'{"pixel" if task.is_dense else "image"}, expected {expected}, those of '
            f'{task.name!r}, as {task.default_head} does.'
        )
    if head.gives_logits != task.is_classification:
        raise ValueError(
            f'{where}: {type(head).__name__} predicts '
            f'{"logits" if head.gives_logits else "numbers"}, which {task.name!r} has not; '
            f'expected a head such as {task.default_head}.'
        )
    own_rule = type(head).normalise is not RegressionHead.normalise
    if own_rule and type(task).normalise is Task.normalise:
        raise ValueError(
            f'{where}: {type(head).__name__} normalises what it predicts, and the labels of '
            f'{task.name!r} may be any numbers; expected a head such as {task.default_head}.'
        )
    for loss in head.losses_decode:
        if getattr(loss, 'reads_logits', head.gives_logits) != head.gives_logits:
            raise ValueError(
                f'{where}.loss_decode: {type(loss).__name__} compares '
                f'{"logits" if loss.reads_logits else "numbers"}, and {type(head).__name__} '
                f'predicts {"logits" if head.gives_logits else "numbers"}.'
            )


def _check_logits(head: Any, task: Task, where: str) -> None:
    """Checks that a head of classes tells yes from no."""
    if getattr(head, 'num_classes', 2) != 2:
        raise ValueError(
            f'{where}.num_classes: expected 2, no and yes of {task.name!r}, '
            f'found {head.num_classes}; leave it out.'
        )


def _check_one_logit(head: Any, where: str) -> None:
    """Checks that a head of one logit does not compare it with those of other classes."""
    losses = getattr(head, 'loss_decode', None)
    losses = losses if isinstance(losses, torch.nn.ModuleList) else [losses]
    if getattr(head, 'out_channels', 2) == 1 and any(map(_is_softmax, losses)):
        raise ValueError(
            f'{where}.loss_decode: expected use_sigmoid=True for the one logit of '
            f'{type(head).__name__}, found a softmax, which is always 1 there; '
            'or give it out_channels=2.'
        )


def _is_softmax(loss: Any) -> bool:
    criterion = getattr(getattr(loss, 'cls_criterion', None), '__name__', None)
    names = {type(loss).__name__, criterion}
    return getattr(loss, 'use_sigmoid', True) is False or not names.isdisjoint(_SOFTMAX_LOSSES)


def _has_ids(task: Task) -> bool:
    """Tells whether heads find mmseg's ``gt_sem_seg`` in the task's samples."""
    return 'gt_sem_seg' in task.head_label(torch.zeros(task.channels, 1, 1))


def _learns_ids(head_type: Any) -> bool:
    """Tells whether a type of heads reads mmseg's ``gt_sem_seg``."""
    if issubclass(head_type, RegressionHead) or not issubclass(head_type, BaseDecodeHead):
        return False
    return head_type._stack_batch_gt is BaseDecodeHead._stack_batch_gt


def _each_told(given: Any, task: Task, where: str) -> Any:
    if isinstance(given, Mapping):
        return with_told(given, task, where)
    return [with_told(part, task, f'{where}.{index}') for index, part in enumerate(given)]
