import itertools
from collections import Counter

import pytest
from mmengine.dataset import DefaultSampler, InfiniteSampler
from mmseg.registry import DATA_SAMPLERS
from torch.utils.data import SequentialSampler

from mmmtl.engine.samplers import MultiSetBatchSampler
from tests.utils.errors import error_of

SIZES = dict(small=3, middle=10, large=27)


class Joined:
    """Data sets beside each other, of which only the sizes matter."""

    def __init__(self, sizes):
        self.names, self.datasets = tuple(sizes), [range(size) for size in sizes.values()]

    def __len__(self):
        return sum(map(len, self.datasets))


def make(sizes=SIZES, batch_size=4, rank=0, world=1, seed=0, shuffle=True, **options):
    sampler = DefaultSampler(Joined(sizes), shuffle=shuffle, seed=seed)
    sampler.rank, sampler.world_size = rank, world
    return MultiSetBatchSampler(sampler, batch_size, **options)


def set_of(index, sizes=SIZES):
    ends = itertools.accumulate(sizes.values())
    return next(name for name, end in zip(sizes, ends, strict=True) if index < end)


def sets_of(batches):
    """The data set of each batch, which must be the only one in it."""
    found = [{set_of(index) for index in batch.indices} for batch in batches]
    assert all(len(one) == 1 for one in found)
    return [one.pop() for one in found]


def test_it_is_registered():
    assert DATA_SAMPLERS.get('MultiSetBatchSampler') is MultiSetBatchSampler


@pytest.mark.parametrize(
    ('options', 'expected'),
    [
        # 3, 10 and 27 samples in batches of 4: 0.75, 2.5 and 6.75, rounded up
        ({}, dict(small=1, middle=3, large=7)),
        # 40 samples are 10 batches, 3.33 for each
        (dict(shares='uniform'), dict(small=4, middle=4, large=4)),
        (dict(shares=dict(small=1, large=3, middle=1)), dict(small=2, middle=2, large=6)),
        # the square roots 1.73, 3.16, 5.20 are shares of 0.172, 0.313, 0.515
        (dict(temperature=2), dict(small=2, middle=4, large=6)),
        (dict(temperature=1e9, batches_per_epoch=30), dict(small=10, middle=10, large=10)),
        # 0.8, 2.5 and 6.8 of ten: the largest remainders are those of 0.8
        (dict(batches_per_epoch=10), dict(small=1, middle=2, large=7)),
        (dict(shares='uniform', batches_per_epoch=4), dict(small=2, middle=1, large=1)),
    ],
)
def test_an_epoch_has_so_many_batches_of_each(options, expected):
    sampler = make(**options)
    assert sampler.epoch_batches == expected
    assert len(sampler) == sum(expected.values())
    for epoch in (0, 5):
        assert Counter(sets_of(sampler.batches(epoch))) == expected


def test_every_sample_of_a_set_is_seen_equally_often_over_the_epochs():
    sampler = make(shares='uniform')
    seen = Counter(
        index for epoch in range(60) for batch in sampler.batches(epoch) for index in batch.indices
    )
    # 60 epochs of 4 batches of 4 samples: 960 of each set
    for name, size in SIZES.items():
        found = [count for index, count in seen.items() if set_of(index) == name]
        assert len(found) == size
        assert sum(found) == 960
        assert max(found) - min(found) <= 1


def test_by_size_an_epoch_shows_each_sample_once_and_fills_the_last_batch_from_the_next_pass():
    sampler = make()
    batches = list(sampler.batches(0))
    assert all(len(batch.indices) == 4 for batch in batches)
    pairs = [pair for batch in batches for pair in zip(batch.passes, batch.indices, strict=True)]
    first = [index for number, index in pairs if number == 0]
    assert sorted(first) == list(range(40))
    assert len([index for number, index in pairs if number == 1]) == 4  # 1 + 2 + 1
    assert len(set(pairs)) == len(pairs)
    # the next epoch goes on where this one stopped
    more = [pair for b in sampler.batches(1) for pair in zip(b.passes, b.indices, strict=True)]
    assert not set(pairs) & set(more)


def test_a_small_set_comes_again_within_a_batch_in_another_order():
    sampler = make(dict(tiny=2, large=9), batch_size=7, shares='uniform')
    (batch,) = [b for b in sampler.batches(0) if b.indices[0] < 2]
    assert batch.passes == [0, 0, 1, 1, 2, 2, 3]
    for start in (0, 2, 4):
        assert sorted(batch.indices[start : start + 2]) == [0, 1]


def test_without_shuffling_the_samples_of_a_set_come_in_their_order():
    sampler = make(dict(a=3, b=4), batch_size=2, shuffle=False, order='turn')
    assert [batch.indices for batch in sampler.batches(0)] == [[0, 1], [3, 4], [2, 0], [5, 6]]
    assert [batch.indices for batch in sampler.batches(1)] == [[1, 2], [3, 4], [0, 1], [5, 6]]


def test_all_come_in_turn():
    ten = {f'set{number}': 5 + number for number in range(10)}
    sampler = make(ten, batch_size=3, shares='uniform', order='turn', shuffle=False)
    names = [set_of(batch.indices[0], ten) for batch in sampler.batches(0)]
    assert len(names) == 40  # 95 samples are 31.7 batches, 3.2 for each
    assert names == list(ten) * 4


def test_unequal_shares_are_spread_evenly():
    sampler = make(shares=dict(small=1, middle=1, large=2), batches_per_epoch=8, order='turn')
    names = sets_of(sampler.batches(0))
    assert names == ['large', 'small', 'middle', 'large', 'large', 'small', 'middle', 'large']


def test_by_chance_the_order_differs_from_epoch_to_epoch_and_from_seed_to_seed():
    def orders(**options):
        sampler = make(shares='uniform', batches_per_epoch=60, **options)
        return [sets_of(sampler.batches(epoch)) for epoch in (0, 1)]

    assert orders() == orders()
    first, second = orders()
    assert first != second
    assert orders(seed=1)[0] != first


def test_an_epoch_depends_on_seed_and_epoch_alone():
    used = make()
    for epoch in range(3):
        list(used.batches(epoch))
    assert list(used.batches(7)) == list(make().batches(7))
    assert list(used.batches(0)) == list(make().batches(0))
    assert list(make(seed=1).batches(7)) != list(make().batches(7))


@pytest.mark.parametrize(
    'options',
    [
        {},
        dict(order='turn', shares='uniform'),
        dict(counts=dict(small=1, middle=1, large=2)),
    ],
)
def test_all_processes_take_the_same_set_and_together_the_samples_of_one(options):
    alone = [make(batch_size=4, **options), 1]
    halves = {key: value for key, value in options.items() if key != 'counts'}
    if 'counts' in options:
        halves['counts'] = dict(small=1, middle=1, large=2)
        alone[0] = make(batch_size=8, counts=dict(small=2, middle=2, large=4))
        pair = [make(batch_size=4, rank=rank, world=2, **halves) for rank in (0, 1)]
    else:
        pair = [make(batch_size=2, rank=rank, world=2, **halves) for rank in (0, 1)]
    for epoch in (0, 3):
        batches = [list(sampler.batches(epoch)) for sampler in (alone[0], *pair)]
        assert len({len(one) for one in batches}) == 1
        for whole, *parts in zip(*batches, strict=True):
            together = [p for part in parts for p in zip(part.passes, part.indices, strict=True)]
            assert sorted(together) == sorted(zip(whole.passes, whole.indices, strict=True))
            if 'counts' not in options:
                assert len({set_of(i) for part in parts for i in part.indices}) == 1


def test_mixed_batches_have_given_counts():
    sampler = make(batch_size=6, counts=dict(small=1, middle=2, large=3))
    assert len(sampler) == 9  # 27 samples of the largest in threes, the longest of 3, 5 and 9
    for batch in sampler.batches(2):
        names = [set_of(index) for index in batch.indices]
        assert names == ['small'] + ['middle'] * 2 + ['large'] * 3
    shorter = make(batch_size=6, counts=dict(small=1, middle=2, large=3), batches_per_epoch=4)
    assert len(list(shorter.batches(0))) == len(shorter) == 4


@pytest.mark.parametrize('options', [{}, dict(counts=dict(small=1, middle=1, large=2))])
def test_an_epoch_begins_anywhere_without_what_went_before(options):
    whole = list(make(**options).batches(3))
    for first in (0, 1, len(whole) - 1, len(whole)):
        assert list(make(**options).batches(3, first)) == whole[first:]


def test_where_it_begins_nothing_before_is_computed():
    sampler = make(dict(a=10**6, b=10**6), batch_size=100, shares='uniform')
    asked = []
    for name, order in sampler._orders.items():
        known = order.__call__
        sampler._orders[name] = lambda *key, name=name, known=known: (
            asked.append((name, key[0])) or known(*key)
        )
    next(sampler.batches(500, 7000))
    # epoch 500 is the 500th pass, of which 7000 of 20,000 batches are left out
    assert {number for _, number in asked} == {500}


def test_it_is_a_batch_sampler_of_torch_too():
    sampler = make()
    assert list(sampler) == [batch.indices for batch in sampler.batches(0)]
    sampler.sampler.set_epoch(2)
    assert list(sampler) == [batch.indices for batch in sampler.batches(2)]
    endless = MultiSetBatchSampler(InfiniteSampler(Joined(SIZES), seed=0), 4)
    expected = [batch.indices for epoch in (0, 1) for batch in make().batches(epoch)]
    assert list(itertools.islice(endless, 22)) == expected


@pytest.mark.parametrize(
    ('options', 'epochs'),
    [
        ({}, 1),
        (dict(shares='uniform'), 2),  # 16 of the 27 samples of the largest
        (dict(shares=dict(small=1, middle=1, large=1), batches_per_epoch=3), 7),
        (dict(counts=dict(small=1, middle=1, large=2), batches_per_epoch=5), 3),
    ],
)
def test_after_so_many_epochs_everything_was_seen(options, epochs):
    sampler = make(**options)
    assert sampler.epochs_of_a_pass == epochs
    seen = [
        {i for number in range(count) for b in sampler.batches(number) for i in b.indices}
        for count in (epochs - 1, epochs)
    ]
    assert seen[0] < seen[1] == set(range(40))


def test_it_says_what_an_epoch_has():
    assert make(dict(a=8, b=4), shares='uniform').describe() == (
        '4 batches in an epoch, each of one data set, random: '
        'a 2 (50.0%, 8 samples, 1.00 passes); b 2 (50.0%, 8 samples, 2.00 passes)'
    )
    assert make(dict(a=8, b=4), counts=dict(a=3, b=1)).describe() == (
        '4 batches in an epoch, all mixed: a 4 (12 samples, 1.50 passes); b 4 (4 samples, '
        '1.00 passes)'
    )


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(shares='sizes'), "shares: expected 'size', 'uniform' or a number for each"),
        (dict(shares=dict(small=1, middle=1)), "found none for ['large']."),
        (
            dict(shares=dict(small=1, middle=1, lagre=2)),
            "shares: expected one for each of the data sets ['small', 'middle', 'large'], found "
            "['lagre']; did you mean 'large'?",
        ),
        (dict(shares=dict(small=0, middle=1, large=1)), 'shares: expected finite numbers > 0'),
        (dict(shares=dict(small='a', middle=1, large=1)), 'shares: expected finite numbers > 0'),
        (dict(temperature=0), 'temperature: expected a number > 0, found 0.'),
        (dict(shares='uniform', temperature=2), "temperature: expected shares='size' beside it"),
        (
            dict(order='round'),
            "order: expected one of ('random', 'turn', 'sequence'), found 'round'.",
        ),
        (dict(batches_per_epoch=0), 'batches_per_epoch: expected a whole number from 1, found 0.'),
        (dict(batches_per_epoch=2.5), 'batches_per_epoch: expected a whole number from 1'),
        (
            dict(shares=dict(small=1, middle=1, large=98), batches_per_epoch=10),
            "which these shares get none: {'small': 0.01, 'middle': 0.01}.",
        ),
        (dict(counts=dict(small=1, middle=1, large=1)), 'add up to batch_size=4'),
        (dict(counts=dict(small=0, middle=1, large=3)), 'counts: expected whole numbers from 1'),
        (dict(counts=dict(small=1, middle=3)), 'counts: expected one for each of the data sets'),
        (
            dict(counts=dict(small=1, middle=1, large=2), order='turn'),
            'counts: expected neither shares, temperature nor order beside it.',
        ),
    ],
)
def test_what_cannot_be_is_named(options, message):
    assert message in error_of(make, **options)


@pytest.mark.parametrize('options', [{}, dict(shares='uniform'), dict(counts=dict(a=2, b=2))])
def test_an_empty_data_set_is_named(options):
    found = error_of(make, dict(a=5, b=0), **options)
    assert found == 'datasets.b: expected samples, found none.'


def test_one_data_set_alone_is_refused():
    for sampler in (DefaultSampler(range(3)), SequentialSampler(Joined(SIZES))):
        assert error_of(MultiSetBatchSampler, sampler, 2).startswith(
            "MultiSetBatchSampler: expected mmengine's DefaultSampler or InfiniteSampler of a "
        )


def test_sets_without_names_have_numbers():
    joined = Joined(dict(a=2, b=3))
    del joined.names
    sampler = MultiSetBatchSampler(DefaultSampler(joined), 1, shares={'0': 1, '1': 2})
    assert sampler.sizes == {'0': 2, '1': 3}
