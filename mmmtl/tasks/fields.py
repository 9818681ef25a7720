"""Where the labels and predictions of a task live."""

from __future__ import annotations

from typing import NamedTuple


class TaskFields(NamedTuple):
    """Names under which a task's maps are found.

    ``SegDataSample`` and mmseg's transforms know some names already: a task that bears their name
    has their fields, and no other task may have them.
    """

    label_map: str
    """Key of the label map in the transforms' results dict."""
    label_path: str
    """Key of the label's file in the results dict, and of its folder in ``data_prefix``."""
    label: str
    """Field of ``SegDataSample`` with the label."""
    prediction: str
    """Field of ``SegDataSample`` with the prediction."""
    output: str
    """Field of ``SegDataSample`` with the network's raw output, where the prediction does not hold
    it all (the logits of classes)."""


EDGE_MAP = 'gt_edge_map'
"""Key in the transforms' results dict and field of ``SegDataSample`` of the boundaries between
classes that mmseg's ``GenerateEdge`` finds in the label of ``seg``, and that some of its heads
learn: the label of no task, but one to pack and pad."""

EDGE_MAP_INVALID = 255
"""Value of a pixel of it that has no label, as in the label that it is made from."""

_OF_MMSEG = {
    'seg': TaskFields('gt_seg_map', 'seg_map_path', 'gt_sem_seg', 'pred_sem_seg', 'seg_logits'),
    'depth': TaskFields(
        'gt_depth_map', 'depth_map_path', 'gt_depth_map', 'pred_depth_map', 'depth_output'
    ),
    'normal': TaskFields(
        'gt_normal_map', 'normal_map_path', 'gt_normal_map', 'pred_normal_map', 'normal_output'
    ),
}

_TAKEN = {
    EDGE_MAP: "mmseg's GenerateEdge",
    # A resize of mmcv multiplies these by its factor.
    'gt_bboxes': "mmcv's transforms of boxes",
    'gt_keypoints': "mmcv's transforms of keypoints",
} | {field: f'the task {name!r}' for name, fields in _OF_MMSEG.items() for field in fields}


def fields_of(name: str) -> TaskFields:
    """Gives the fields of a task.

    Args:
        name: Name of the task.

    Returns:
        mmseg's own fields for ``seg``, ``depth`` and ``normal``; for another task ``gt_<name>``,
        ``<name>_map_path``, ``gt_<name>``, ``pred_<name>`` and ``<name>_logits``.

    Raises:
        ValueError: If one of these is already the field of something else.
    """
    if name in _OF_MMSEG:
        return _OF_MMSEG[name]
    fields = TaskFields(
        f'gt_{name}', f'{name}_map_path', f'gt_{name}', f'pred_{name}', f'{name}_logits'
    )
    for field in fields:
        if field in _TAKEN:
            raise ValueError(
                f'tasks.{name}: its field {field!r} belongs to {_TAKEN[field]}; '
                'choose another name.'
            )
    return fields
