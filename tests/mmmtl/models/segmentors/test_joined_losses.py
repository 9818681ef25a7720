import functools
import math

import pytest
import torch

from mmmtl.models.segmentors.joined_losses import join_losses
from tests.utils.processes import on_two_processes


def test_alone_the_losses_are_joined_as_they_are():
    losses = dict(seg=torch.tensor(2.0, requires_grad=True), depth=torch.tensor(3.0))
    batch, _ = join_losses(losses, dict(seg=4, depth=1))
    assert batch.losses['seg'] is losses['seg']
    assert batch.joined == dict(seg=2, depth=3)
    assert not batch.joined['seg'].requires_grad
    assert batch.images == dict(seg=4, depth=1)


def test_tasks_without_an_image_are_left_out():
    losses = dict(seg=torch.tensor(2.0), depth=torch.tensor(0.0), normal=torch.tensor(5.0))
    batch, _ = join_losses(losses, dict(seg=4, depth=0, normal=1))
    for found in (batch.losses, batch.joined, batch.images):
        assert list(found) == ['seg', 'normal']
    assert batch.joined['normal'] == 5


def test_what_the_host_needs_is_read_at_once():
    losses = dict(seg=torch.tensor(0.1), depth=torch.tensor(0.0), normal=torch.tensor(math.nan))
    also = [torch.tensor(0.3, dtype=torch.float16), torch.tensor(2.0, requires_grad=True)]
    batch, read = join_losses(losses, dict(seg=4, depth=0, normal=1), also)
    assert list(batch.values) == ['seg', 'normal']
    assert batch.values['seg'] == torch.tensor(0.1).item()
    assert math.isnan(batch.values['normal'])
    assert read == [also[0].item(), 2.0]


# Mean losses and numbers of images of two processes: seg is everywhere, depth on the second one
# alone (what the first says of it is no number), and nobody has normals.
LOSSES = (dict(seg=1.0, depth=math.nan, normal=0.0), dict(seg=4.0, depth=6.0, normal=0.0))
IMAGES = (dict(seg=1, depth=0, normal=0), dict(seg=3, depth=2, normal=0))


def join_on_one_of_two(rank):
    losses = {name: torch.tensor(loss) for name, loss in LOSSES[rank].items()}
    batch, _ = join_losses(losses, IMAGES[rank])
    assert list(batch.losses) == list(batch.joined) == list(batch.images) == ['seg', 'depth']
    assert batch.images == dict(seg=4, depth=2)
    assert batch.joined == batch.values == dict(seg=(1 + 3 * 4) / 4, depth=6)
    # The mean over the processes is the joined loss: shares of 1/4 and 3/4, times 2.
    assert batch.losses['seg'].item() == pytest.approx((1 * 0.5, 4 * 1.5)[rank])
    if rank == 1:
        assert batch.losses['depth'].item() == 12


def test_every_labelled_image_counts_the_same_on_any_process(tmp_path):
    on_two_processes(join_on_one_of_two, tmp_path)


def join_zeros(rank, seen):
    batch, _ = join_losses(dict(seg=torch.tensor(0.0)), dict(seg=0))
    assert batch.losses == batch.joined == batch.images == seen


def test_processes_without_any_label_agree_that_there_is_none(tmp_path):
    on_two_processes(functools.partial(join_zeros, seen={}), tmp_path)
