"""Which head a further task gets on a config that has a head for segmentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmmtl.tasks import Task

DECODERS = ('same', 'fcn')
"""What a further task's decoder may be, see :func:`regression_head`."""

_NOT_COPIED = (
    'DAHead',  # three outputs
    'DDRHead',  # two outputs in training
    'MaskFormerHead',  # classes of masks
    'Mask2FormerHead',
    'PIDHead',  # three outputs in training
    'SegmenterMaskTransformerHead',  # a token for each class
)
"""Heads of mmseg that do not end in one ``conv_seg``: what they read is read by convolutions."""

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


def regression_head(seg_head: Any, task: Task, decoder: str = 'same') -> dict:
    """Makes a head for a task of real numbers that fits the features of a segmentation head.

    Args:
        seg_head: Config of mmseg's decode head, or the list of configs of a cascade.
        task: The task.
        decoder: ``'same'``: layers as in the segmentation head up to its last convolution, in a
            :class:`~mmmtl.models.decode_heads.DecoderRegressionHead`; an ``FCNHead`` becomes a head
            with as many convolutions. ``'fcn'``: one convolution 3x3 on the same features (joined
            at the size of the largest, if there are several), which is also what heads get that
            do not end in one convolution.

    Returns:
        Config of the head.

    Raises:
        ValueError: If the task is one of classes, or no such head fits the features.
    """
    if task.holds_ids:
        raise ValueError(
            f'heads: expected a config for {task.name!r}; for a task of numbers a head can be '
            'derived from the one of the config, but not for further classes.'
        )
    head: dict[str, Any] = dict(type=task.default_head)
    source = _feature_reader(seg_head)
    if type_of(source) == 'FCNHead':
        convs = {k: source[k] for k in ('kernel_size', 'dilation') if k in source}
        return {**head, **_same_input(source), 'num_convs': source.get('num_convs', 2), **convs}
    if decoder == 'same' and type_of(source) not in _NOT_COPIED:
        return dict(type='DecoderRegressionHead', decoder=_without_classes(source), head=dict(head))
    return {**head, **_same_input(source), 'num_convs': 1}


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
