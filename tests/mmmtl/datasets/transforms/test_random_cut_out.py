import numpy as np
import pytest
from mmseg.registry import TRANSFORMS

from mmmtl.datasets.transforms import MultiTaskRandomCutOut


@pytest.mark.parametrize(
    'settings',
    [
        dict(n_holes=3, cutout_shape=[(3, 2), (5, 4)]),
        dict(n_holes=(1, 4), cutout_ratio=(0.25, 0.5)),
    ],
)
def test_holes_are_those_of_mmseg_and_invalid_for_every_task(make_sample, settings):
    theirs = TRANSFORMS.build(dict(type='mmseg.RandomCutOut', prob=0.7, **settings))
    ours = MultiTaskRandomCutOut(prob=0.7, **settings)
    cut = 0
    for seed in range(10):
        np.random.seed(seed)
        expected = theirs(make_sample())['img']
        np.random.seed(seed)
        before, found = make_sample(), ours(make_sample())
        assert np.array_equal(found['img'], expected)
        hole = (expected == 0).all(axis=-1)  # the image itself has no 0
        for key, fill in (('gt_seg_map', 255), ('gt_depth_map', 0), ('gt_normal_map', 0)):
            assert np.all(found[key][hole] == fill)
            assert np.array_equal(found[key][~hole], before[key][~hole])
        cut += hole.any()
    assert 0 < cut < 10


def test_labels_may_stay(make_sample):
    settings = dict(prob=1.0, n_holes=2, cutout_shape=(4, 4), fill_in=(1, 2, 3))
    found = MultiTaskRandomCutOut(**settings, cut_labels=False)(make_sample())
    assert (found['img'] == [1, 2, 3]).all(axis=-1).any()
    for key in ('gt_seg_map', 'gt_depth_map', 'gt_normal_map'):
        assert np.array_equal(found[key], make_sample()[key])


def test_the_arrays_that_it_is_given_stay_as_they_are(make_sample):
    given = make_sample()
    kept = dict(given)
    MultiTaskRandomCutOut(prob=1.0, n_holes=2, cutout_shape=(9, 9))(given)
    for key in ('img', 'gt_seg_map', 'gt_depth_map', 'gt_normal_map'):
        assert np.array_equal(kept[key], make_sample()[key])
