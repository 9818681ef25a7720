import random
from itertools import islice

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler
from mmseg.registry import DATA_SAMPLERS
from torch.utils.data import BatchSampler, DataLoader, IterableDataset, SequentialSampler

from mmmtl.engine.samplers import MultiSetBatchSampler, SeededBatchSampler, seed_batches
from mmmtl.engine.seeding import seed_step


def pairs(batches, count=None):
    return [list(zip(b.passes, b.indices, strict=True)) for b in islice(batches, count)]


def test_it_is_registered():
    assert DATA_SAMPLERS.get('SeededBatchSampler') is SeededBatchSampler


def test_a_sampler_that_ends_makes_one_pass_an_epoch():
    sampler = DefaultSampler(range(3), shuffle=False, seed=0)
    batches = SeededBatchSampler(BatchSampler(sampler, 2, drop_last=False), seed=5)
    assert len(batches) == 2
    assert pairs(batches) == [[(0, 0), (0, 1)], [(0, 2)]]
    batches.set_epoch(4)
    assert sampler.epoch == 4
    assert pairs(batches) == [[(4, 0), (4, 1)], [(4, 2)]]
    assert {batch.seed for batch in batches} == {5}


def test_a_sampler_without_epochs_makes_passes_too():
    batches = SeededBatchSampler(BatchSampler(SequentialSampler(range(3)), 2, drop_last=True))
    batches.set_epoch(1)
    assert pairs(batches) == [[(1, 0), (1, 1)]]


@pytest.mark.parametrize(
    ('rank', 'expected'),
    [
        (0, [[(0, 0), (0, 2)], [(1, 1), (2, 0)], [(2, 2), (3, 1)]]),
        (1, [[(0, 1), (1, 0)], [(1, 2), (2, 1)], [(3, 0), (3, 2)]]),
    ],
)
def test_an_infinite_sampler_makes_its_passes_with_all_processes_together(rank, expected):
    # 0 1 2 | 0 1 2 | 0 1 2 | 0 1 2, dealt out to two processes in turn
    sampler = InfiniteSampler(range(3), shuffle=False, seed=0)
    sampler.rank, sampler.world_size = rank, 2
    sampler.indices = sampler._indices_of_rank()
    batches = SeededBatchSampler(BatchSampler(sampler, 2, drop_last=False))
    assert pairs(batches, 3) == expected


class Endless:
    """Some other sampler that does not end."""

    def __iter__(self):
        while True:
            yield from range(3)

    def __len__(self):
        return 3


def test_another_endless_sampler_makes_a_pass_for_each_of_its_lengths():
    batches = SeededBatchSampler(BatchSampler(Endless(), 2, drop_last=False))
    assert pairs(batches, 3) == [[(0, 0), (0, 1)], [(0, 2), (1, 0)], [(1, 1), (1, 2)]]


class Shuffled:
    """A plain sampler, which draws from the generators of all."""

    def __iter__(self):
        order = torch.randperm(20)[np.random.permutation(20)].tolist()
        random.shuffle(order)
        return iter(order)


def test_a_sampler_that_draws_from_the_common_generators_goes_on_in_the_middle():
    def make():
        return SeededBatchSampler(BatchSampler(Shuffled(), 3, drop_last=False), endless=True)

    expected = pairs(make(), 14)
    assert {index for batch in expected[:7] for _, index in batch} == set(range(20))
    assert [index for batch in expected[:7] for _, index in batch] != [
        index for batch in expected[7:] for _, index in batch
    ]
    for seed, skipped in ((1, 4), (2, 9)):
        seed_step(seed, 0, 0)  # whatever was drawn before
        resumed = make()
        resumed.skip(skipped)
        assert pairs(resumed, 14 - skipped) == expected[skipped:]


@pytest.mark.parametrize('kind', [DefaultSampler, InfiniteSampler])
def test_batches_are_left_out_once(kind):
    def make():
        return SeededBatchSampler(BatchSampler(kind(range(7), seed=0), 2, drop_last=False))

    expected = pairs(make(), 4)
    batches = make()
    batches.skip(2)
    left = iter(batches)
    assert pairs(left, 2) == expected[2:]
    assert batches._skipped == 0


class Joined:
    names, datasets = ('a', 'b'), [range(3), range(7)]

    def __len__(self):
        return 10


def several(kind=DefaultSampler):
    batches = MultiSetBatchSampler(kind(Joined(), seed=5), 2)
    return SeededBatchSampler(batches, seed=5)


def test_batches_of_several_sets_say_their_own_passes():
    batches = several()
    batches.set_epoch(3)
    own = list(batches.batch_sampler.batches(3))
    assert pairs(batches) == [list(zip(b.passes, b.indices, strict=True)) for b in own]
    assert {batch.seed for batch in batches} == {5}
    assert (len(batches), batches.batch_size) == (6, 2)


@pytest.mark.parametrize('kind', [DefaultSampler, InfiniteSampler])
def test_batches_of_several_sets_are_left_out_by_their_number(kind):
    endless = several(kind)
    endless.endless = True
    expected = pairs(endless, 20)
    again = several(kind)
    again.endless = True
    again.skip(13)  # two epochs of six and one more
    assert pairs(again, 7) == expected[13:]
    one = several(kind)
    one.skip(4)
    assert pairs(one) == expected[4:6]


class Stream(IterableDataset):
    def __iter__(self):
        return iter(())


def test_a_loader_is_changed_in_place_and_once():
    sampler = InfiniteSampler(range(5), seed=0)
    loader = DataLoader(range(5), batch_size=2, sampler=sampler, num_workers=0)
    next(iter(loader))
    batches = seed_batches(loader, 3)
    assert loader.batch_sampler is batches
    assert loader.sampler is sampler
    assert (loader.batch_size, sampler.seed, batches.seed) == (2, 3, 3)
    first = next(iter(loader))
    assert seed_batches(loader, 3) is batches
    assert next(iter(loader)).tolist() == first.tolist()  # from the beginning


@pytest.mark.parametrize(
    'loader', [DataLoader(Stream(), batch_size=2), DataLoader(range(3), batch_size=None)]
)
def test_a_loader_without_batches_of_indices_is_left_alone(loader):
    assert seed_batches(loader, 3) is None
