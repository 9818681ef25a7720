"""Loss weightings and batches of losses for the tests of this folder."""

import torch
from mmseg.registry import MODELS

from mmmtl.models.loss_weighting import TaskLosses

LOSSES = dict(seg=torch.tensor(2.0), depth=torch.tensor(0.5))


def build(type, tasks=('seg', 'depth'), **settings):
    return MODELS.build(dict(type=type, tasks=tasks, **settings))


def batch_of(images=1, **losses):
    """A batch of so many labelled images, as one process sees it."""
    joined = {task: torch.tensor(float(loss)) for task, loss in losses.items()}
    counts = {task: torch.tensor(float(images)) for task in joined}
    return TaskLosses({task: loss.clone() for task, loss in joined.items()}, joined, counts)


def weights_of(weighting, batch=LOSSES):
    """The weights as numbers; looking at them is not remembered."""
    weights = weighting.eval()(batch).weights
    weighting.train()
    return {task: weight.item() for task, weight in weights.items()}


def total(weighting, losses=LOSSES):
    weights, regulariser = weighting(losses)
    loss = sum(weights[task] * losses[task] for task in losses)
    return loss if regulariser is None else loss + regulariser
