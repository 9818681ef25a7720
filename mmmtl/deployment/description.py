"""What the user of a network's file must know, as text beside the weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mmmtl.deployment.network import DeployedNetwork
from mmmtl.deployment.tracing import DynamicAxes
from mmmtl.tasks import Task, complete_tasks
from mmmtl.version import __version__


def describe_network(
    network: DeployedNetwork,
    metainfo: Mapping[str, Any],
    size: tuple[int, int],
    axes: DynamicAxes,
) -> dict[str, str]:
    """Says what a network's file reads and what its outputs mean.

    Args:
        network: The network.
        metainfo: Meta information of the data set, which completes the tasks
            (:func:`mmmtl.tasks.complete_tasks`).
        size: Height and width at which the network is meant to see images.
        axes: What may differ from the size and a batch of 1.

    Returns:
        Texts by name. ``mmmtl`` is the version, and there are as JSON ``input`` (``name``,
        ``dtype``, ``layout``, ``channels``, ``range``, ``size``, ``dynamic``) and ``tasks``, a dict
        with each output's ``quantity`` and, as far as they apply and are known, ``classes``,
        ``palette``, ``threshold`` (of a single logit of classes), ``unit``, ``label``, ``axes``,
        ``values`` (what the numbers of a mask, or of a class of the whole image, are), ``channels``
        and ``along_image`` (of vectors); see :meth:`mmmtl.tasks.Task.describe`.
    """
    image = dict(
        name='image',
        dtype=network.image_type,
        layout='NHWC',
        channels='RGB',
        range=[0, 255],
        size=list(size),
        dynamic=list(axes.value),
    )
    tasks = {
        name: _describe_task(task, network.segmentor.decode_head[name])
        for name, task in complete_tasks(network.segmentor.tasks, metainfo).items()
    }
    return {'mmmtl': __version__, 'input': json.dumps(image), 'tasks': json.dumps(tasks)}


def _describe_task(task: Task, head: Any) -> dict[str, Any]:
    described = task.describe()
    if task.holds_ids and getattr(head, 'out_channels', None) == 1:
        described['threshold'] = 0.5 if head.threshold is None else head.threshold
    return described
