import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS
from mmseg.structures import SegDataSample
from torch.utils.data import Dataset

from mmmtl.datasets.collation import shared_collate
from tests.utils.number_batches import Numbers, assert_filled, load


def test_a_config_finds_it():
    assert FUNCTIONS.get('shared_collate') is shared_collate


def test_without_workers_it_is_mmengine_s():
    samples = [Numbers(2)[index] for index in range(2)]
    found, expected = shared_collate(samples), pseudo_collate(samples)
    assert found.keys() == expected.keys()
    assert all(a is b for key in found for a, b in zip(found[key], expected[key], strict=True))


@pytest.mark.parametrize('growing', [False, True])
def test_batches_are_the_same_for_one_who_keeps_all_of_them(growing):
    batches = list(load(Numbers(20, growing), 2))
    assert len(batches) == 10
    for number, batch in enumerate(batches):
        assert_filled(batch, 2 * number)
    for batch in batches:
        assert isinstance(batch['data_samples'][0], SegDataSample)
        assert batch['data_samples'][0].gt_depth_map.data.dtype == torch.float32


def test_workers_that_stay_and_workers_that_begin_anew():
    for stays in (True, False):
        loader = load(Numbers(12), 2, persistent_workers=stays)
        for _ in range(3):
            for number, batch in enumerate(loader):
                assert_filled(batch, 2 * number)
        for _ in loader:  # ends in the middle of an epoch
            break
        for number, batch in enumerate(loader):
            assert_filled(batch, 2 * number)


class Odd(Dataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return (
            torch.empty(0, 3),
            torch.tensor([1 + 2j]),
            torch.arange(6).view(2, 3).t(),
            torch.tensor([1.5], dtype=torch.bfloat16),
            torch.nn.Parameter(torch.ones(2)),
            torch.ones(1).expand(4, 5),
            'text',
            None,
            {'list': [index, torch.tensor(index)]},
        )


def test_what_is_no_plain_tensor_is_sent_as_it_is():
    (found,) = load(Odd(), 1)
    (expected,) = load(Odd(), 0, pseudo_collate)
    assert str(found) == str(expected)
    for one, other in zip(found[:6], expected[:6], strict=True):
        for a, b in zip(one, other, strict=True):
            assert torch.equal(a, b)
            assert a.dtype == b.dtype


class Broken(Numbers):
    def __getitem__(self, index):
        if index == 3:
            raise ValueError('b.png: truncated')
        return super().__getitem__(index)


def test_an_error_of_a_sample_is_raised_as_ever():
    with pytest.raises(ValueError, match='truncated'):
        list(load(Broken(8), 1))
