"""Which images of a batch have labels of which task, and losses over those that have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.dist import all_reduce, get_world_size
from mmengine.structures import PixelData
from mmengine.utils import apply_to
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.models.graph import connected_zero
from mmmtl.models.loss_weighting import TaskLosses
from mmmtl.tasks import Task, all_tasks


def labelled_images(
    tasks: Mapping[str, Task], data_samples: Sequence[SegDataSample]
) -> dict[str, list[int]]:
    """Finds the images that have labels of each task.

    A label without a single valid pixel is as good as none.

    Args:
        tasks: The tasks by name.
        data_samples: The samples of a batch.

    Returns:
        Indices of the labelled samples, by task.

    Raises:
        ValueError: If a sample has labels of a task that is not among the tasks.
    """
    for sample in data_samples:
        found = [task.name for task in all_tasks() if task.gt_field in sample]
        if not set(found) <= set(tasks):
            raise ValueError(
                f'{sample.metainfo.get("img_path", "sample")}: expected labels of {list(tasks)}, '
                f'the tasks that have a head, found labels of {found}; compare the keys of '
                'model.decode_head with the `tasks` of the data set.'
            )
    given = {
        (name, index): task.valid_mask(sample.get(task.gt_field).data).any()
        for name, task in tasks.items()
        for index, sample in enumerate(data_samples)
        if task.gt_field in sample
    }
    valid: list[bool] = torch.stack(list(given.values())).tolist() if given else []
    labelled: dict[str, list[int]] = {name: [] for name in tasks}
    for (name, index), has_label in zip(given, valid, strict=True):
        if has_label:
            labelled[name].append(index)
    return labelled


def fill_missing_labels(tasks: Mapping[str, Task], sample: SegDataSample) -> None:
    """Gives a partly labelled sample, for the tasks it lacks, labels without a valid pixel.

    Metrics, mmseg's ``IoUMetric`` among them, expect every label; of such a one they count nothing.
    A sample without any label, one of inference, stays as it is.

    Args:
        tasks: The tasks by name.
        sample: The sample, with its predictions; it is modified.
    """
    lacking = [task for task in tasks.values() if task.gt_field not in sample]
    if len(lacking) == len(tasks):
        return
    for task in lacking:
        data = torch.full_like(sample.get(task.pred_field).data, task.invalid)
        sample.set_data({task.gt_field: PixelData(data=data)})


def head_losses(
    head: Any,
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
    if len(labelled) == len(data_samples):
        return head.loss(features, data_samples, train_cfg)
    if getattr(type(head), 'loss', None) is not BaseDecodeHead.loss:
        raise ValueError(
            f'{type(head).__name__} computes its losses in a way of its own and needs labels of '
            f'every image; found {len(labelled)} of {len(data_samples)} images labelled.'
        )
    outputs = head.forward(features)
    if not labelled:
        return {'loss': connected_zero(outputs)}
    chosen = apply_to(outputs, lambda value: isinstance(value, Tensor), lambda out: out[labelled])
    return head.loss_by_feat(chosen, [data_samples[index] for index in labelled])


def join_losses(losses: Mapping[str, Tensor], images: Mapping[str, int]) -> TaskLosses:
    """Relates this process's losses to those of all processes.

    The gradients of the processes are averaged in the end. So that every labelled image counts the
    same, wherever it is, a loss is scaled by the process's share of the labelled images times the
    number of processes: by 1 where all have as many.

    Args:
        losses: Mean loss of this process's labelled images, by task.
        images: Number of this process's labelled images, by task.

    Returns:
        The losses of the tasks that have labels on some process.
    """
    means = torch.stack([loss.detach().float() for loss in losses.values()])
    counts = means.new_tensor([images[name] for name in losses])
    totals, joined, shares = counts, means, torch.ones_like(counts)
    processes = get_world_size()
    if processes > 1:
        # A loss of no image is 0, but a NaN would be one of all processes.
        sums = torch.stack([counts, torch.where(counts > 0, means * counts, 0.0)])
        all_reduce(sums)
        totals = sums[0]
        joined = sums[1] / totals.clamp(min=1)
        shares = counts * processes / totals.clamp(min=1)
    present = [name for name, total in zip(losses, totals.tolist(), strict=True) if total]
    index = {name: position for position, name in enumerate(losses)}
    return TaskLosses(
        losses={
            name: losses[name] if processes == 1 else losses[name] * shares[index[name]]
            for name in present
        },
        joined={name: joined[index[name]] for name in present},
        images={name: totals[index[name]] for name in present},
    )
