import pickle
import random

import torch

from mmmtl.engine.samplers import SeededBatch
from mmmtl.engine.seeding import seed_sample


def test_each_index_comes_with_its_seed_wherever_the_batch_is_unpacked():
    batch = pickle.loads(pickle.dumps(SeededBatch(seed=4, passes=[0, 1], indices=[7, 7])))
    assert len(batch) == 2
    drawn = [(index, random.random(), torch.rand(()).item()) for index in batch]
    for number, (index, *numbers) in enumerate(drawn):
        assert index == 7
        seed_sample(4, number, 7)
        assert numbers == [random.random(), torch.rand(()).item()]
    assert drawn[0] != drawn[1]


def test_sending_a_batch_draws_and_seeds_nothing():
    random.seed(0)
    torch.manual_seed(0)
    before = random.getstate(), torch.get_rng_state()
    pickle.dumps(SeededBatch(seed=4, passes=[0], indices=[7]))
    assert random.getstate() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])
