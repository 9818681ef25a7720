import gc

import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch.utils.data import DataLoader, Dataset

from mmmtl.datasets.collation import batch_buffers, shared_collate


class Numbers(Dataset):
    """Samples that are full of their index, of growing sizes if asked for."""

    def __init__(self, count, growing=False):
        self.count = count
        self.growing = growing

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        size = (100, 50 + 100 * index * self.growing)
        sample = SegDataSample(metainfo=dict(index=index, shape=size))
        sample.gt_sem_seg = PixelData(data=torch.full((1, *size), index, dtype=torch.uint8))
        sample.gt_depth_map = PixelData(data=torch.full((1, *size), index / 8))
        image = torch.full((*size, 3), index, dtype=torch.uint8).permute(2, 0, 1)
        return dict(inputs=image, data_samples=sample, flag=torch.tensor(index % 2 == 0))


def load(dataset, workers, collate=shared_collate, batch_size=2, **settings):
    return DataLoader(
        dataset, batch_size=batch_size, num_workers=workers, collate_fn=collate, **settings
    )


def assert_filled(batch, first):
    for index, (image, sample) in enumerate(
        zip(batch['inputs'], batch['data_samples'], strict=True), first
    ):
        assert sample.index == index
        assert image.shape == (3, *sample.shape)
        assert image.unique().tolist() == sample.gt_sem_seg.data.unique().tolist() == [index]
        assert sample.gt_depth_map.data.unique().tolist() == [index / 8]
        assert batch['flag'][index - first].item() is (index % 2 == 0)


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


def test_memory_is_used_again_and_may_be_written_to():
    batch_buffers._RECEIVED.clear()
    for number, batch in enumerate(load(Numbers(60), 1)):
        assert_filled(batch, 2 * number)
        for image in batch['inputs']:
            image.fill_(77)
    (buffers,) = batch_buffers._RECEIVED.values()
    assert len(buffers) <= 5  # two that are loaded ahead, one in the pipe, one in use, one before


def test_a_part_of_a_batch_keeps_what_it_needs():
    kept = {}
    for number, batch in enumerate(load(Numbers(40), 1)):
        if number < 3:
            kept[2 * number] = batch['data_samples'][0].gt_depth_map.data[0, 3:5, 7:]
    del batch
    gc.collect()
    for index, part in kept.items():
        assert part.unique().tolist() == [index / 8]
        assert part.untyped_storage().nbytes() == 4 * 100 * 50  # its own map, not the batch


def test_workers_that_stay_and_workers_that_begin_anew():
    for stays in (True, False):
        loader = load(Numbers(12), 2, persistent_workers=stays)
        for _ in range(3):
            for number, batch in enumerate(loader):
                assert_filled(batch, 2 * number)
        for batch in loader:  # ends in the middle of an epoch
            break
        for number, batch in enumerate(loader):
            assert_filled(batch, 2 * number)


def test_buffers_of_ended_workers_are_given_back():
    batch_buffers._RECEIVED.clear()
    for _ in range(3):
        kept = list(load(Numbers(4), 1))
    assert len(batch_buffers._RECEIVED) == 1
    assert_filled(kept[1], 2)


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
