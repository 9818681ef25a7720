"""What the weights of a single-task model of mmseg are called in a model of several tasks.

=================================== ===============================================
mmseg's ``EncoderDecoder``          :class:`~mmmtl.models.segmentors.MultiTaskSegmentor`
=================================== ===============================================
``backbone.X``, ``neck.X``          the same
``decode_head.X``                   ``decode_head.seg.X``
``decode_head.<n>.X`` (a cascade)   ``decode_head.seg.<n>.X``
``auxiliary_head.X``                ``auxiliary_head.seg.0.X``
``auxiliary_head.<n>.X`` (several)  ``auxiliary_head.seg.<n>.X``
=================================== ===============================================

``seg`` stands for the model's task of classes. The computations are the same, and so are the
predictions of that task.
"""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from typing import Any

from mmengine.logging import print_log

_HEADS = ('decode_head', 'auxiliary_head')


def map_single_task_weights(
    state_dict: MutableMapping[str, Any], tasks: Collection[str], task: str, prefix: str = ''
) -> dict[str, str]:
    """Renames the heads' weights of a single-task checkpoint, and logs it.

    Args:
        state_dict: The weights; renamed in place. Those of a model of several tasks, whose
            ``decode_head`` starts with one of the tasks, stay as they are.
        tasks: Names of the model's tasks.
        task: Name of the task that gets the heads.
        prefix: What the names begin with, such as ``'module.'``. Defaults to nothing.

    Returns:
        The new name of each weight that was renamed, by its old one.
    """
    first = prefix + _HEADS[0] + '.'
    names = [name.removeprefix(first) for name in state_dict if name.startswith(first)]
    if not names or any(name.partition('.')[0] in tasks for name in names):
        return {}
    renamed = {
        name: prefix + _new_name(name.removeprefix(prefix), task)
        for name in state_dict
        if name.removeprefix(prefix).partition('.')[0] in _HEADS and name.startswith(prefix)
    }
    for old, new in renamed.items():
        state_dict[new] = state_dict.pop(old)
    others = [name for name in tasks if name != task]
    print_log(
        f'Weights of a single-task model: {len(renamed)} of its heads go to the task {task!r} '
        f'(decode_head.X -> decode_head.{task}.X, auxiliary_head.X -> auxiliary_head.{task}.0.X)'
        + (f'; it has none for the heads of {", ".join(others)}.' if others else '.'),
        logger='current',
    )
    return renamed


def accept_single_task_weights(
    segmentor: Any, state_dict: dict[str, Any], prefix: str, *_: Any
) -> None:
    """Lets a checkpoint of mmseg's ``EncoderDecoder`` initialise a model, as a hook of its loading.

    Nothing happens where the model has no task of classes, or several.

    Args:
        segmentor: A :class:`~mmmtl.models.segmentors.MultiTaskSegmentor`.
        state_dict: The weights; renamed in place.
        prefix: What the names begin with.
    """
    classes = [task.name for task in segmentor.tasks.values() if task.holds_ids]
    if len(classes) == 1:
        map_single_task_weights(state_dict, segmentor.tasks, classes[0], prefix)


def _new_name(name: str, task: str) -> str:
    head, _, rest = name.partition('.')
    if head == _HEADS[1] and not rest.partition('.')[0].isdigit():
        rest = f'0.{rest}'
    return f'{head}.{task}.{rest}'
