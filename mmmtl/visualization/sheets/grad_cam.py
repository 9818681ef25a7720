r"""Where a network looks for each task: Grad-CAM.

`Grad-CAM: Visual Explanations from Deep Networks <https://arxiv.org/abs/1610.02391>`_ (Selvaraju et
al., ICCV 2017), equations 1 and 2, for maps as in `Towards Interpretable Semantic Segmentation via
Gradient-Weighted Class Activation Mapping <https://arxiv.org/abs/2002.11434>`_ (Vinogradova et al.,
AAAI 2020), equation 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from mmmtl.models.segmentors import MultiTaskSegmentor

_NEAR = 8
"""Most names of layers in an error."""


def grad_cam(
    model: MultiTaskSegmentor,
    inputs: Tensor,
    tasks: Collection[str],
    layers: Sequence[str] = ('backbone',),
    channel: int | None = None,
) -> dict[str, Tensor]:
    r"""Computes how much each place of a layer's features adds to a task's output.

    .. math::
        L = \operatorname{ReLU}\Big(\sum_k \alpha_k A^k\Big), \qquad
        \alpha_k = \frac{1}{Z} \sum_{i, j} \frac{\partial y}{\partial A^k_{ij}}

    - :math:`A^k`: channel k of the features, :math:`Z` their number of places.
    - :math:`y`: sum over the pixels of one channel of the task's output, or of the largest channel
      of each pixel: of classes the logit of the predicted one.

    An output of a single channel has no others to win against: without ``channel`` the absolute
    value stands for the ReLU, what raises and what lowers the number alike.

    Args:
        model: The segmentor, in evaluation mode.
        inputs: Images of shape (N, 3, H, W), normalised as for ``forward()``.
        tasks: Names of the tasks to look at.
        layers: Names of modules; of several maps of features that a module gives, the last one
            that leads to the task counts. The maps of several layers are averaged. Defaults to the
            whole backbone.
        channel: Channel of the output, such as a class id. Defaults to None: the largest of each
            pixel.

    Returns:
        For each task a map of shape (N, H, W) from 0 to 1, in each image relative to its largest
        value; 0 everywhere if nothing adds to the output.

    Raises:
        ValueError: If there is no such layer or task, a layer gives no maps of features that lead
            to a task, or a task has no such channel.
    """
    unknown = [task for task in tasks if task not in model.tasks]
    if unknown or not tasks:
        raise ValueError(f'tasks: expected some of {list(model.tasks)}, found {list(tasks)}.')
    features: dict[str, list[Tensor]] = {name: [] for name in layers}
    handles = [
        _find(model, name).register_forward_hook(partial(_keep, maps))
        for name, maps in features.items()
    ]
    try:
        with torch.enable_grad():
            # with a graph also where all weights are frozen
            outputs = model(inputs.detach().requires_grad_(), mode='tensor')
    finally:
        for handle in handles:
            handle.remove()
    return {task: _of_task(task, outputs[task], features, inputs.shape, channel) for task in tasks}


def _of_task(
    task: str,
    output: Tensor,
    features: Mapping[str, Sequence[Tensor]],
    shape: torch.Size,
    channel: int | None,
) -> Tensor:
    if channel is not None and not 0 <= channel < output.shape[1]:
        raise ValueError(
            f'category_index: expected a channel of {task} from 0 to {output.shape[1] - 1}, '
            f'found {channel}.'
        )
    chosen = output.amax(dim=1) if channel is None else output[:, channel]
    found = []
    for name, maps in features.items():
        gradients = (
            torch.autograd.grad(chosen.sum(), maps, retain_graph=True, allow_unused=True)
            if maps
            else ()
        )
        known = [pair for pair in zip(maps, gradients, strict=True) if pair[1] is not None]
        if not known:
            raise ValueError(f'target_layers: no map of features of {name!r} leads to {task}.')
        values, gradient = known[-1]
        weights = gradient.mean(dim=(2, 3), keepdim=True)
        cam = (weights * values).sum(dim=1, keepdim=True).detach()
        cam = cam.abs() if channel is None and output.shape[1] == 1 else cam.relu()
        cam = F.interpolate(cam, shape[2:], mode='bilinear', align_corners=False)[:, 0]
        largest = cam.amax(dim=(1, 2), keepdim=True)
        found.append(torch.where(largest > 0, cam / largest.clamp(min=1e-30), 0))
    return torch.stack(found).mean(dim=0)


def _find(model: nn.Module, name: str) -> nn.Module:
    modules = dict(model.named_modules())
    if name not in modules or not name:
        parts = name.split('.')
        starts = ('.'.join(parts[:count]) for count in range(len(parts) - 1, -1, -1))
        start = next(start for start in starts if start in modules)
        inside = [child for child, _ in modules[start].named_children()]
        raise ValueError(
            f'target_layers: expected the name of a module, found {name!r}; '
            f'{start or "the network"} has {", ".join(inside[:_NEAR]) or "none"}'
            f'{", ..." if len(inside) > _NEAR else ""}.'
        )
    return modules[name]


def _keep(maps: list[Tensor], _module: nn.Module, _inputs: tuple, output: Any) -> None:
    maps.extend(
        leaf
        for leaf in tree_leaves(output)
        if isinstance(leaf, Tensor) and leaf.ndim == 4 and leaf.requires_grad
    )
