"""A head's losses, over the images that have labels of its task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.structures import PixelData
from mmengine.utils import apply_to
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.models.graph import connected_zero, rows
from mmmtl.tasks import EDGE_MAP, Task


def head_sample(task: Task, sample: SegDataSample) -> SegDataSample:
    """Gives a sample as the heads of a task know it: with its label where they look for theirs.

    A class head of mmseg reads ``gt_sem_seg``, whichever task it serves.

    Args:
        task: The task.
        sample: A sample of the batch.

    Returns:
        The sample itself where it is right already, else one with the same meta information.
    """
    if task.gt_field not in sample:
        return sample
    label = sample.get(task.gt_field).data
    known = task.head_label(label)
    if all(known[field] is label and field == task.gt_field for field in known):
        return sample
    view = sample.new()
    if EDGE_MAP in view:
        del view.gt_edge_map  # it is of mmseg's own label
    view.set_data({field: PixelData(data=data) for field, data in known.items()})
    return view


def head_losses(
    head: Any,
    task: Task,
    features: Any,
    data_samples: Sequence[SegDataSample],
    labelled: Sequence[int],
    train_cfg: Mapping | None,
) -> dict[str, Tensor]:
    """Computes a head's losses over the samples that have its labels.

    The head itself sees all images: its normalisation does not depend on who has labels, and a
    synchronised one meets on all processes.

    Args:
        head: A decode head.
        task: Its task.
        features: What it reads.
        data_samples: The samples of the batch.
        labelled: Indices of those with labels of the head's task.
        train_cfg: Passed on to the head.

    Returns:
        What the head reports; without any label one zero ``loss`` that is connected to everything
        that it was computed from.

    Raises:
        ValueError: If labels are missing and the head does not compute its losses from its outputs
            alone, ``loss_by_feat(forward(features), data_samples)``.
    """
    samples = [head_sample(task, sample) for sample in data_samples]
    if len(labelled) == len(samples):
        return head.loss(features, samples, train_cfg)
    if getattr(type(head), 'loss', None) is not BaseDecodeHead.loss:
        raise ValueError(
            f'{type(head).__name__} computes its losses in a way of its own and needs labels of '
            f'every image; found {len(labelled)} of {len(samples)} images labelled.'
        )
    outputs = head.forward(features)
    if not labelled:
        return {'loss': connected_zero(outputs)}
    chosen = apply_to(
        outputs, lambda value: isinstance(value, Tensor), lambda out: rows(out, labelled)
    )
    return head.loss_by_feat(chosen, [samples[index] for index in labelled])
