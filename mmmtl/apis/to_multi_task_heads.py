"""Which head a further task gets on a config that has a head for segmentation."""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.logging import print_log

from mmmtl.tasks import Task

DECODERS = ('same', 'fcn')
"""What a further task's decoder may be, see :func:`further_head`."""

_BOUNDARY_HEADS = ('STDCHead',)  # their classes are boundary and none

_NOT_COPIED = (
    'DAHead',  # three outputs
    'DDRHead',  # two outputs in training
    'MaskFormerHead',  # classes of masks
    'Mask2FormerHead',
    'PIDHead',  # three outputs in training
    'SegmenterMaskTransformerHead',  # a token for each class
)
"""Heads of mmseg that do not end in one ``conv_seg``: what they read is read by convolutions."""

_OF_BOUNDARIES = ('PIDHead',)
"""Heads of mmseg that also learn the boundaries between the classes of one task, and read several
features in training and one in prediction: no other head of classes can."""

_NO_MAPS = ('DPTHead',)
"""Heads of mmseg that read more than feature maps: only a head of the same type can."""

_TRAINED_INPUT = {'PIDHead': 1}
"""Which of the features the heads read that find several in training and one in prediction."""

_DROPPED = (
    'num_classes',
    'out_channels',
    'threshold',
    'loss_decode',
    'sampler',
    'ignore_index',
    'dropout_ratio',
)
"""Arguments of a decode head about its last convolution and the classes."""


def type_of(config: Mapping) -> str:
    """Gives the type that a config names, without the scope of its registry.

    Args:
        config: Config of a component.

    Returns:
        Such as ``'FCNHead'``, also for ``'mmseg.FCNHead'``.
    """
    named = config.get('type')
    return named.rpartition('.')[2] if isinstance(named, str) else getattr(named, '__name__', '')


def further_head(seg_head: Any, task: Task, decoder: str = 'same') -> dict:
    """Makes a head for a further task that fits the features of a segmentation head.

    Args:
        seg_head: Config of mmseg's decode head, or the list of configs of a cascade.
        task: The task.
        decoder: ``'same'``: for classes the segmentation head itself with another number of
            classes; for other tasks layers as in the segmentation head up to its last convolution,
            in a :class:`~mmmtl.models.decode_heads.DecoderRegressionHead`, while an ``FCNHead``
            becomes a head with as many convolutions. ``'fcn'``: one convolution 3x3 on the same
            features (joined at the size of the largest, if there are several), which is also what
            heads get that do not end in one convolution. What is of the whole image has no decoder:
            its head reads the last of the features that the segmentation head reads.

    Returns:
        Config of the head.

    Raises:
        ValueError: If a task of classes does not know them, or no such head fits the features.
    """
    if task.holds_ids:
        return _class_head(seg_head, task, decoder)
    if not task.is_dense:
        return _whole_image_head(seg_head, task)
    head: dict[str, Any] = dict(type=task.default_head)
    source = _feature_reader(seg_head)
    if type_of(source) == 'FCNHead':
        convs = {k: source[k] for k in ('kernel_size', 'dilation') if k in source}
        return {**head, **_same_input(source), 'num_convs': source.get('num_convs', 2), **convs}
    if decoder == 'same' and type_of(source) not in _NOT_COPIED:
        return dict(type='DecoderRegressionHead', decoder=_without_classes(source), head=dict(head))
    return {**head, **_same_input(source), 'num_convs': 1}


def main_head(seg_head: Any) -> dict:
    """Gives the head that mmseg's own is in a segmentor of several tasks.

    Args:
        seg_head: Config of mmseg's decode head, or the list of configs of a cascade.

    Returns:
        Config of the head.
    """
    if isinstance(seg_head, (list, tuple)):
        return dict(type='CascadeDecodeHead', heads=list(seg_head))
    return seg_head


def number_of_classes(head: Any) -> int | None:
    """Tells how many classes a head predicts.

    Args:
        head: Config of mmseg's decode head, or the list of configs of a cascade.

    Returns:
        The first ``num_classes`` in it, None without one.
    """
    if isinstance(head, Mapping):
        if 'num_classes' in head:
            return head['num_classes']
        head = list(head.values())
    if isinstance(head, Sequence) and not isinstance(head, str):
        return next((found for one in head if (found := number_of_classes(one)) is not None), None)
    return None


def replace_classes(node: Any, old: int, new: int) -> None:
    """Changes the number of classes wherever a config states it.

    Args:
        node: Config of a head, or a list of such; changed in place.
        old: Number of classes so far.
        new: New number of classes.
    """
    if isinstance(node, dict):
        if node.get('num_classes') == old and type_of(node) not in _BOUNDARY_HEADS:
            node['num_classes'] = new
            if node.get('out_channels') == 1:  # a binary head with a threshold
                del node['out_channels']
        if new != old and isinstance(node.get('class_weight'), (list, tuple)):
            _replace_class_weight(node, old, new)
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for value in node:
            replace_classes(value, old, new)


def _replace_class_weight(loss: dict, old: int, new: int) -> None:
    """Keeps weights that are one number for all classes, with one for "no object" behind them."""
    weights = list(loss['class_weight'])
    if len(weights) in (old, old + 1) and len(set(weights[:old])) == 1:
        loss['class_weight'] = [weights[0]] * new + weights[old:]
        return
    loss['class_weight'] = None
    print_log(
        f'class_weight: left out, the weights of {old} classes say nothing about {new} others.',
        logger='current',
        level=logging.WARNING,
    )


def _class_head(seg_head: Any, task: Task, decoder: str) -> dict:
    count = task.head_arguments.get('num_classes')
    if count is None:
        raise ValueError(
            f'tasks.{task.name}: expected the names of its classes, whose number its head needs, '
            'or a head of its own in heads; found neither.'
        )
    source = _feature_reader(seg_head)
    if type_of(source) in _OF_BOUNDARIES:
        raise ValueError(
            f'heads: expected a head for {task.name!r}, found none; none can be derived from a '
            f'{type_of(source)}, which learns the boundaries of one task.'
        )
    if decoder == 'same':
        copied = copy.deepcopy(seg_head)
        old = number_of_classes(copied)
        if old is not None:
            replace_classes(copied, old, count)
            return main_head(copied)
    return dict(
        type=task.default_head,
        num_classes=count,
        num_convs=1,
        concat_input=False,
        **_same_input(source),
    )


def _whole_image_head(seg_head: Any, task: Task) -> dict:
    read = _same_input(_feature_reader(seg_head))
    several = isinstance(read['in_channels'], (list, tuple))
    last = {key: read[key][-1] if several else read[key] for key in ('in_channels', 'in_index')}
    return dict(type=task.default_head, **last)


def _feature_reader(seg_head: Any) -> Mapping:
    """The part of a head that reads the backbone's or neck's features and nothing else."""
    if isinstance(seg_head, (list, tuple)):
        return seg_head[0]
    if type_of(seg_head) == 'IterativeDecodeHead':
        return seg_head['kernel_generate_head']
    return seg_head


def _without_classes(head: Mapping) -> dict:
    kept = {key: value for key, value in head.items() if key not in _DROPPED}
    if type_of(head) == 'EncHead':
        kept.pop('loss_se_decode', None)
        kept['use_se_loss'] = False  # it is about which classes an image has
    return kept


def _same_input(head: Mapping) -> dict:
    """Arguments of a :class:`RegressionHead` that reads what a head of mmseg reads."""
    kind = type_of(head)
    channels = head.get('channels', head.get('feat_channels'))
    lacking = 'in_channels' if 'in_channels' not in head else 'channels'
    if kind in _NO_MAPS or 'in_channels' not in head or channels is None:
        reason = 'reads more than feature maps' if kind in _NO_MAPS else f'has no {lacking}'
        raise ValueError(
            f'model.decode_head: no convolution can read what {kind} reads, which {reason}. '
            "Give the further tasks' heads yourself (heads=...), or use decoder='same'."
        )
    arguments: dict[str, Any] = dict(in_channels=head['in_channels'], channels=channels)
    if isinstance(head['in_channels'], (list, tuple)):
        arguments['in_index'] = head.get('in_index', list(range(len(head['in_channels']))))
        arguments['input_transform'] = 'resize_concat'
    else:
        arguments['in_index'] = head.get('in_index', _TRAINED_INPUT.get(kind, -1))
    arguments.update(
        norm_cfg=head.get('norm_cfg'),
        act_cfg=dict(type='ReLU'),
        align_corners=head.get('align_corners', False),
    )
    return arguments
