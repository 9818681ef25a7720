"""From images to what the heads read, and what a loss weighting may look at on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from torch import Tensor, nn

from mmmtl.models.graph import aliases, tensors_in
from mmmtl.models.loss_weighting import SharedTensors
from mmmtl.models.segmentors.task_parts import check_same_tasks
from mmmtl.tasks import Task


class Features(NamedTuple):
    """The features of a batch."""

    by_task: dict[str, Any]
    """What the heads of each task read, usually a tuple of feature maps."""
    shared: SharedTensors
    """What all tasks share, if a loss weighting asks for it; else nothing."""


def compute_features(
    backbone: nn.Module,
    neck: nn.Module | None,
    images: Tensor,
    tasks: Mapping[str, Task],
    asked: Collection[str],
    with_shared: bool,
    stored: Any = None,
) -> Features:
    """Computes what each head reads.

    Args:
        backbone: The backbone, which may give features by task.
        neck: The neck, which may give features by task where the backbone does not; or None.
        images: Images of shape (N, 3, H, W).
        tasks: The tasks by name.
        asked: Names of those that are asked for. A backbone or neck whose ``leaves_out_tasks`` is
            True, which takes these names, computes no others.
        with_shared: Whether shared features and parameters are given too. The features that the
            heads read are then nodes of their own in the graph.
        stored: What the backbone would give, if it need not be computed. Defaults to None.

    Returns:
        The features.

    Raises:
        ValueError: If there are features by task, but not for these tasks, or a neck that makes
            some gets some.
    """

    def shared(features: Any) -> Any:
        return aliases(features) if with_shared else features

    def run(part: nn.Module, given: Any) -> Any:
        return part(given, asked) if leaves_out(part) else part(given)

    def leaves_out(part: nn.Module | None) -> bool:
        return len(asked) < len(tasks) and getattr(part, 'leaves_out_tasks', False)

    features = shared(run(backbone, images) if stored is None else stored)
    per_task = features
    left_out = leaves_out(backbone) or leaves_out(neck)
    if isinstance(features, dict) and neck is not None:
        per_task = _each_through(neck, features)
    elif neck is not None:
        per_task = run(neck, features)
        if not isinstance(per_task, dict):
            features = per_task = shared(per_task)
    if isinstance(per_task, dict):
        check_same_tasks('features', asked if left_out else tasks, per_task)
    else:
        per_task = dict.fromkeys(tasks, per_task)
    if not with_shared:
        return Features(per_task, SharedTensors())
    modules = [backbone] if neck is None else [backbone, neck]
    parameters = [p for module in modules for p in module.parameters() if p.requires_grad]
    tensors = [] if isinstance(features, dict) else list(tensors_in(features))
    kept = [tensor for tensor in tensors if tensor.requires_grad]
    return Features(per_task, SharedTensors(tuple(kept), tuple(parameters)))


def _each_through(neck: nn.Module, features: Mapping[str, Any]) -> dict[str, Any]:
    """Runs a neck on the features of each task."""
    if hasattr(neck, 'tasks'):
        raise ValueError(
            f'neck: expected none or one that reads the features of one task, as the backbone '
            f'gives features by task; found {type(neck).__name__}, which makes them of shared ones.'
        )
    return {task: neck(given) for task, given in features.items()}
