"""The pipelines of a single-task config of mmseg as ones for labels of several tasks."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmseg.registry import TRANSFORMS

from mmmtl.apis.to_multi_task_heads import type_of
from mmmtl.compat.scope import registry_scope
from mmmtl.datasets.transforms import check_pipeline
from mmmtl.tasks import SEG, Task

_REPLACED = {
    'LoadAnnotations': 'LoadMultiTaskAnnotations',
    'LoadImageFromFile': 'LoadMultiTaskImage',
    'PackSegInputs': 'PackMultiTaskInputs',
    'Pad': 'MultiTaskPad',
    'RandomCutOut': 'MultiTaskRandomCutOut',
    'RandomFlip': 'MultiTaskRandomFlip',
    'RandomResize': 'MultiTaskRandomResize',
    'RandomRotate': 'MultiTaskRandomRotate',
}
_WITHOUT_ARGUMENTS = ('LoadAnnotations', 'LoadImageFromFile')
"""What these are told, the data set's readers know."""

_INNER = ('transforms', 'transform')
"""Arguments of transforms that hold others."""


@registry_scope()
def multi_task_pipeline(
    pipeline: Sequence[Mapping], tasks: Iterable[Task], where: str
) -> list[dict]:
    """Replaces the transforms of a pipeline that would corrupt the labels of some tasks.

    Args:
        pipeline: Configs of mmseg's transforms.
        tasks: The tasks.
        where: Name of the pipeline, for errors.

    Returns:
        The new configs, in the same order.

    Raises:
        ValueError: If a transform is wrong for the labels of a task and nothing of this package
            does the same.
    """
    tasks = list(tasks)
    own = any(task.map_key == SEG.map_key for task in tasks)
    replaced = [_replace(transform, where, own) for transform in pipeline]
    for transform in replaced:
        try:
            built = TRANSFORMS.build(copy.deepcopy(transform))  # it builds inner ones in place
            check_pipeline([built], tasks)
        except Exception as error:  # a transform may raise anything
            raise ValueError(f'{where}: {type_of(transform)}: {error}') from error
    return replaced


def _replace(transform: Mapping, where: str, own: bool) -> dict:
    kind = type_of(transform)
    new = {
        key: _replace_inner(value, where, own) if key in _INNER else value
        for key, value in transform.items()
    }
    if kind == 'RandomCrop' and not own:
        new['cat_max_ratio'] = 1.0  # it would look at mmseg's own label
    if kind not in _REPLACED:
        return new
    if kind in _WITHOUT_ARGUMENTS:
        return dict(type=_REPLACED[kind])
    new['type'] = _REPLACED[kind]
    if kind == 'RandomResize':
        if new.get('ratio_range') is None:
            raise ValueError(
                f'{where}: RandomResize: expected a ratio_range, found none; with several scales '
                'it is not known at which depths are as they are. Use MultiTaskRandomResize.'
            )
        new.pop('resize_type', None)
        new['scale'] = tuple(new['scale'])
    elif kind == 'RandomRotate':
        new.pop('seg_pad_val', None)  # labels are padded with what is invalid for their task
    elif kind == 'RandomCutOut':
        new['cut_labels'] = new.pop('seg_fill_in', None) is not None
    return new


def _replace_inner(value: Any, where: str, own: bool) -> Any:
    if isinstance(value, Mapping):
        return _replace(value, where, own)
    return [_replace_inner(inner, where, own) for inner in value]
