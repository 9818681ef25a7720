import pytest
import torch

from mmmtl.models.loss_weighting import FixedWeighting, TaskLosses, UncertaintyWeighting
from mmmtl.models.segmentors.weighted_losses import weigh_losses
from mmmtl.tasks import build_tasks

TASKS = build_tasks(['seg', 'depth', 'normal'])


def leaves(**values):
    return {name: torch.tensor(value, requires_grad=True) for name, value in values.items()}


def batch_of(losses, scale=1.0):
    """As :func:`join_losses` gives it where processes have different numbers of images."""
    return TaskLosses(
        losses={name: scale * loss for name, loss in losses.items()},
        joined={name: loss.detach() for name, loss in losses.items()},
        images=dict.fromkeys(losses, torch.tensor(2.0)),
    )


def test_losses_are_weighted_as_joined_and_logged_as_this_process_has_them():
    losses = leaves(seg=2.0, depth=0.5, normal=3.0)
    weighting = FixedWeighting(tasks=TASKS, weights=dict(seg=1.0, depth=10.0, normal=0.25))
    labelled = dict(seg=[0, 1], depth=[1], normal=[])
    found = weigh_losses(weighting, losses, batch_of(losses, scale=1.5), labelled)
    assert {name: value.item() for name, value in found.items()} == {
        'seg/loss': 3.0,
        'seg/weight': 1.0,
        'seg/raw': 2.0,
        'depth/loss': 7.5,
        'depth/weight': 10.0,
        'depth/raw': 0.5,
        'normal/loss': 1.125,  # another process has labels of it
        'normal/weight': 0.25,
    }


@pytest.mark.parametrize('present', [('seg',), ()])
def test_what_has_no_label_anywhere_has_gradients_of_zero(present):
    losses = leaves(seg=2.0, depth=0.0, normal=0.0)
    weighting = UncertaintyWeighting(tasks=TASKS)
    batch = batch_of({name: losses[name] for name in present})
    labelled = {name: [0] if name in present else [] for name in losses}
    found = weigh_losses(weighting, losses, batch, labelled)
    assert found['loss_of_no_label'].item() == 0
    assert {name.partition('/')[0] for name in found if '/' in name} == set(present)
    sum(value for name, value in found.items() if 'loss' in name).backward()
    for name, loss in losses.items():
        assert (loss.grad == 0) == (name not in present)
    assert all(parameter.grad is not None for parameter in weighting.parameters())
