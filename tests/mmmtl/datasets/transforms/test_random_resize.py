import numpy as np
import pytest
from mmseg.registry import TRANSFORMS

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets.transforms import MultiTaskRandomResize


@pytest.mark.parametrize('keep_ratio', [True, False])
@pytest.mark.parametrize(('unit', 'exponent'), [('depth', -1), ('mtan', 1), ('disparity', 1)])
def test_depths_change_by_the_factor(make_sample, unit, exponent, keep_ratio):
    resize = MultiTaskRandomResize((120, 80), (0.5, 2.0), keep_ratio=keep_ratio)
    factors = []
    for seed in range(4):
        np.random.seed(seed)
        before, after = make_sample(80, 120, unit), resize(make_sample(80, 120, unit))
        height, width = after['img_shape']
        factor = width / 120
        assert height / 80 == pytest.approx(factor, abs=0.02)
        pixels = after['gt_seg_map'].ravel()
        depth = before['gt_depth_map'].ravel()[pixels]
        assert after['gt_depth_map'].ravel() == pytest.approx(depth * factor**exponent, rel=0.01)
        normal = before['gt_normal_map'].reshape(-1, 3)[pixels]
        assert np.array_equal(after['gt_normal_map'].reshape(-1, 3), normal)
        factors.append(factor)
    assert max(factors) - min(factors) > 0.15


def test_sizes_and_random_numbers_are_those_of_mmcv(make_sample):
    settings = dict(scale=(24, 16), ratio_range=(0.5, 2.0), keep_ratio=True)
    with registry_scope():  # it builds a Resize
        theirs = TRANSFORMS.build(dict(type='RandomResize', **settings))
    np.random.seed(1)
    expected = theirs(make_sample())
    np.random.seed(1)
    found = MultiTaskRandomResize(**settings)(make_sample())
    for key in ('img', 'gt_seg_map', 'gt_normal_map'):
        assert np.array_equal(found[key], expected[key])
    # The factor is that to the size of scale, not to the sample's own.
    factor = found['scale'][0] / 24
    assert found['gt_depth_map'] == pytest.approx(expected['gt_depth_map'] / factor)


def test_depths_of_an_unknown_unit_are_an_error(make_sample):
    sample = make_sample()
    del sample['depth_unit']
    resize = MultiTaskRandomResize((12, 8), (0.5, 2.0))
    with pytest.raises(ValueError, match='depth_unit: .* a zoom changes the depth label'):
        resize(sample)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(scale=[(12, 8), (24, 16)], ratio_range=(1, 2)), r'scale: .* found \[\(12, 8\)'),
        (dict(scale=(12, 8), ratio_range=(2.0, 1.0)), r'ratio_range: .* found \(2.0, 1.0\)'),
        (dict(scale=(12, 8), ratio_range=(0, 1)), r'ratio_range: .* found \(0, 1\)'),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        MultiTaskRandomResize(**arguments)
