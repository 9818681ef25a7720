"""What the weights of the MTAN authors' public code are called here.

Their code (https://github.com/lorenmt/mtan, ``im2im_pred/model_segnet_*.py``; its Wide ResNet has
:mod:`mmmtl.models.checkpoints.mtan_wrn_checkpoints`) saves plain state dicts. The tables below
give, for each architecture, the path of every layer in their model and in a model of this package.
Theirs count the blocks of encoder and decoder from full resolution down, ours count those of the
decoder from the deepest up. The computations are the same; so are the outputs, but for the last
step: their segmentation ends with a log-softmax, ours gives logits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from torch import Tensor

from mmmtl.compat.checkpoint import CheckpointError
from mmmtl.models.checkpoints.mtan_wrn_checkpoints import (
    DOMAINS,
    rename_wrn_weights,
    wrn_key_map,
)
from mmmtl.tasks import DEPTH, NORMAL, SEG, get_task

TASKS = (SEG.name, DEPTH.name, NORMAL.name)
"""Their tasks, in their order; models of the first two alone are recognised as well."""

ONE_TASK = ('single', 'stan')
WRN = 'wrn'
ARCHITECTURES = (*ONE_TASK, 'split', 'dense', 'cross', 'mtan', WRN)

LOG_VARIANCES = 'logsigma'
"""Their parameter of the uncertainty weighting, in every model of several tasks."""

_NUM_CONVS = (2, 2, 3, 3, 3)
_BLOCKS = len(_NUM_CONVS)
_DEEP_KEY = 'encoder_block.0.3.weight'
_CONV_TENSORS = ('weight', 'bias')
_NORM_TENSORS = ('weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked')


class Layer(NamedTuple):
    """A convolution, and the normalisation that follows it."""

    theirs: str
    """Path of the convolution in their model, whose last part is its number in a sequence; the
    normalisation has the next number."""
    ours: str
    """Path of the :class:`~mmmtl.models.layers.ConvNormAct`."""

    def tensors(self) -> Iterator[tuple[str, str]]:
        """Gives the names of each tensor, theirs and ours."""
        sequence, _, number = self.theirs.rpartition('.')
        for tensor in _CONV_TENSORS:
            yield f'{self.theirs}.{tensor}', f'{self.ours}.0.{tensor}'
        for tensor in _NORM_TENSORS:
            yield f'{sequence}.{int(number) + 1}.{tensor}', f'{self.ours}.1.{tensor}'


class ConvertedWeights(NamedTuple):
    """Weights of the MTAN authors under the names of this package."""

    state_dict: dict[str, Tensor]
    """The weights of a ``MultiTaskSegmentor``."""
    tasks: tuple[str, ...]
    """The model's tasks."""
    num_classes: int | None
    """Number of classes, or None without segmentation."""
    experiment: str
    """First part of the names of the experiments in ``configs/`` with this network."""


def convert_mtan_weights(
    weights: Mapping[str, Tensor],
    arch: str,
    task: str | None = None,
    keep_log_variances: bool = False,
) -> ConvertedWeights:
    """Renames the weights of a model of the MTAN authors.

    Args:
        weights: State dict of their model.
        arch: Which of their models it is, one of :data:`ARCHITECTURES`. The type of a ``'split'``,
            standard, wide or deep, is seen from the weights.
        task: Task of a ``'single'`` or ``'stan'``. Defaults to what the number of output channels
            says: 1 is depth, 3 are normals, else segmentation.
        keep_log_variances: Whether their ``logsigma`` becomes the parameter of the
            :class:`~mmmtl.models.loss_weighting.UncertaintyWeighting`. Defaults to False: it is
            left out, as a model with another weighting has none.

    Returns:
        The weights; the tensors are the given ones.

    Raises:
        CheckpointError: If names or output channels are not those of the model; the names that are
            missing or surplus are listed.
        ValueError: If ``arch`` or ``task`` is unknown, or does not go with the other.
    """
    if arch not in ARCHITECTURES:
        raise ValueError(f'arch: expected one of {ARCHITECTURES}, found {arch!r}.')
    if task is not None and (arch not in ONE_TASK or task not in TASKS):
        raise ValueError(
            f'task: expected one of {TASKS}, for one of the architectures {ONE_TASK}, '
            f'found {task!r} for {arch!r}.'
        )
    if arch == WRN:
        _check_names(weights, wrn_key_map(), arch)
        return ConvertedWeights(rename_wrn_weights(weights), DOMAINS, None, 'mtan_wrn28-4')
    if arch in ONE_TASK:
        tasks: tuple[str, ...] = (task or _task_of(weights),)
    else:
        tasks = _tasks_of(weights)
    names = key_map(arch, tasks, deep=arch == 'split' and _DEEP_KEY in weights)
    _check_names(weights, names, arch)
    converted = {ours: weights[theirs] for theirs, ours in names.items()}
    if not keep_log_variances:
        converted.pop(names.get(LOG_VARIANCES, ''), None)
    num_classes = None
    for name in tasks:
        channels = converted[f'decode_head.{name}.conv_seg.weight'].shape[0]
        if get_task(name).is_classification:
            num_classes = channels
        elif channels != get_task(name).channels:
            raise CheckpointError(
                f'The head of {name!r}: expected {get_task(name).channels} output channels, '
                f'found {channels}.'
            )
    return ConvertedWeights(converted, tasks, num_classes, _experiment(weights, arch))


def key_map(arch: str, tasks: tuple[str, ...], deep: bool = False) -> dict[str, str]:
    """Gives the names of all tensors of a model, theirs and ours.

    Args:
        arch: One of :data:`ARCHITECTURES` but ``'wrn'``.
        tasks: The model's tasks, in their order.
        deep: Whether it is the deep ``'split'``, with each convolution doubled.

    Returns:
        Our name for each of theirs.
    """
    rows: list[Layer] = []
    names: dict[str, str] = {}
    if arch in ('single', 'stan', 'split', 'mtan'):
        rows += _segnet(deep)
    if arch in ('stan', 'mtan'):
        rows += _attention(tasks)
    if arch == 'dense':
        rows += _sequences('encoder_block', 'decoder_block', 'backbone.shared_')
    if arch in ('dense', 'cross'):
        for i, task in enumerate(tasks):
            theirs = f'encoder_block_t.{i}', f'decoder_block_t.{i}'
            rows += _sequences(*theirs, f'backbone.streams.{task}.')
    if arch == 'cross':
        names['cs_unit_encoder'] = 'backbone.encoder_units'
        names['cs_unit_decoder'] = 'backbone.decoder_units'
    for layer in rows:
        names.update(layer.tensors())
    for i, task in enumerate(tasks, start=1):
        head = 'pred_task' if arch in ONE_TASK else f'pred_task{i}'
        for tensor in _CONV_TENSORS:
            names[f'{head}.0.{tensor}'] = f'decode_head.{task}.convs.0.conv.{tensor}'
            names[f'{head}.1.{tensor}'] = f'decode_head.{task}.conv_seg.{tensor}'
    if arch not in ONE_TASK:
        names[LOG_VARIANCES] = 'loss_weighting.log_variance'
    return names


def _segnet(deep: bool) -> Iterator[Layer]:
    """The SegNet whose blocks are in two parts, the first convolution and the others."""
    for side, others in (('encoder', 'conv_block_enc'), ('decoder', 'conv_block_dec')):
        for j, num_convs in enumerate(_NUM_CONVS):
            parts = [f'{others}.{j}'] if num_convs == 2 else [f'{others}.{j}.0', f'{others}.{j}.1']
            numbers = (0, 3) if deep else (0,)
            convs = [f'{part}.{n}' for part in (f'{side}_block.{j}', *parts) for n in numbers]
            yield from _block(convs, f'backbone.{side}.{_our_number(side, j)}')


def _sequences(encoder: str, decoder: str, ours: str) -> Iterator[Layer]:
    """A SegNet whose blocks are one sequence each."""
    for side, blocks in (('encoder', encoder), ('decoder', decoder)):
        for j, num_convs in enumerate(_NUM_CONVS):
            convs = [f'{blocks}.{j}.{3 * k}' for k in range(num_convs)]
            yield from _block(convs, f'{ours}{side}.{_our_number(side, j)}')


def _block(convs: list[str], ours: str) -> Iterator[Layer]:
    first, *others = convs
    yield Layer(first, f'{ours}.first')
    for k, conv in enumerate(others):
        yield Layer(conv, f'{ours}.others.{k}')


def _attention(tasks: tuple[str, ...]) -> Iterator[Layer]:
    for side in ('encoder', 'decoder'):
        for j in range(_BLOCKS):
            number = _our_number(side, j)
            yield Layer(f'{side}_block_att.{j}.0', f'neck.{side}_shared.{number}')
            for i, task in enumerate(tasks):
                mask = f'neck.attention.{task}.{side}.{number}'
                yield Layer(f'{side}_att.{i}.{j}.0', f'{mask}.g')
                yield Layer(f'{side}_att.{i}.{j}.3', f'{mask}.h')


def _our_number(side: str, j: int) -> int:
    return j if side == 'encoder' else _BLOCKS - 1 - j


def _task_of(weights: Mapping[str, Tensor]) -> str:
    head = weights.get('pred_task.1.weight')
    for name in (DEPTH.name, NORMAL.name):
        if head is not None and head.shape[0] == get_task(name).channels:
            return name
    return SEG.name


def _tasks_of(weights: Mapping[str, Tensor]) -> tuple[str, ...]:
    log_variances = weights.get(LOG_VARIANCES)
    count = len(TASKS) if log_variances is None else log_variances.numel()
    if count > len(TASKS):
        raise CheckpointError(
            f'{LOG_VARIANCES}: expected at most {len(TASKS)} tasks, {", ".join(TASKS)}, '
            f'found {count}.'
        )
    return TASKS[:count]


def _check_names(weights: Mapping[str, Tensor], names: Mapping[str, str], arch: str) -> None:
    missing = [name for name in names if name not in weights]
    surplus = [name for name in weights if name not in names]
    if missing or surplus:
        listed = [
            f'\n{kind} ({len(found)}): {", ".join(found)}'
            for kind, found in (('missing', missing), ('surplus', surplus))
            if found
        ]
        raise CheckpointError(f'These are not the weights of {arch!r}.{"".join(listed)}')


def _experiment(weights: Mapping[str, Tensor], arch: str) -> str:
    if arch == 'split' and _DEEP_KEY in weights:
        return 'split-deep_segnet'
    if arch == 'split' and weights['encoder_block.4.0.weight'].shape[0] == 1024:
        return 'split-wide_segnet'
    prefixes = dict(single='', cross='cross-stitch_')
    return f'{prefixes.get(arch, f"{arch}_")}segnet'
