import copy
import pickle

from mmseg.registry import DATASETS

from mmmtl.compat.scope import registry_scope
from tests.utils.cached_streets import assert_same_samples, build, config, kept_files


def test_a_subset_has_its_own_samples(root, tmp_path):
    plain, cached = build(root), build(root, cache=str(tmp_path))
    for index in range(4):
        cached[index]
    assert_same_samples(plain.get_subset([2, 3]), cached.get_subset([2, 3]))
    plain.get_subset_([3, 1])
    cached.get_subset_([3, 1])
    assert_same_samples(plain, cached)


def test_copies_and_pickles_read_the_same_file(root, memory):
    plain, cached = build(root), build(root, cache=True)
    cached[2]
    for other in (copy.deepcopy(cached), pickle.loads(pickle.dumps(cached))):
        assert_same_samples(plain, other, passes=2)
        assert len(kept_files(memory)) == 1
    del other, cached


def test_wrappers_know_nothing_of_it(root, memory):
    def build_wrapped(cache):
        parts = [config(root, cache=cache), config(root, indices=2, cache=cache)]
        joined = dict(type='ConcatDataset', datasets=parts)
        with registry_scope():
            return DATASETS.build(dict(type='RepeatDataset', times=2, dataset=joined))

    plain, cached = build_wrapped(False), build_wrapped(True)
    assert len(kept_files(memory)) == 2
    assert len(plain) == 12
    assert_same_samples(plain, cached, passes=2)
    del cached


def test_a_lazy_data_set_opens_it_with_its_list(root, memory):
    cached = build(root, cache=True, lazy_init=True)
    assert kept_files(memory) == []
    cached.full_init()
    assert len(kept_files(memory)) == 1
    del cached


def test_a_data_set_without_transforms_has_no_cache(root, memory):
    data = build(root, [], cache=True)
    assert kept_files(memory) == []
    assert data[0]['img_path'].endswith('.png')
