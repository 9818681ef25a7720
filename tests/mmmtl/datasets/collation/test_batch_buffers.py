import gc

from mmmtl.datasets.collation import batch_buffers
from tests.utils.number_batches import Numbers, assert_filled, load


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


def test_buffers_of_ended_workers_are_given_back():
    batch_buffers._RECEIVED.clear()
    for _ in range(3):
        kept = list(load(Numbers(4), 1))
    assert len(batch_buffers._RECEIVED) == 1
    assert_filled(kept[1], 2)
