import numpy as np
import pytest

from mmmtl.datasets.transforms import MultiTaskPad


@pytest.mark.parametrize(
    ('arguments', 'shape'),
    [
        (dict(size=(16, 10)), (10, 16)),
        (dict(size_divisor=5), (10, 15)),
        (dict(pad_to_square=True), (12, 12)),
    ],
)
def test_labels_are_padded_with_what_is_invalid_for_their_task(make_sample, arguments, shape):
    before, after = make_sample(), MultiTaskPad(**arguments)(make_sample())
    assert after['img_shape'] == after['pad_shape'][:2] == shape
    for key, fill in (('img', 0), ('gt_seg_map', 255), ('gt_depth_map', 0), ('gt_normal_map', 0)):
        assert after[key].shape == (*shape, *before[key].shape[2:])
        assert after[key].dtype == before[key].dtype
        assert np.array_equal(after[key][:8, :12], before[key])
        assert np.all(after[key][8:] == fill)
        assert np.all(after[key][:, 12:] == fill)


def test_a_reflected_image_has_no_reflected_labels(make_sample):
    padded = MultiTaskPad(size=(14, 8), padding_mode='reflect')(make_sample())
    assert np.array_equal(padded['img'][:, 12:], padded['img'][:, 10:8:-1])
    assert np.all(padded['gt_normal_map'][:, 12:] == 0)
    assert np.all(padded['gt_seg_map'][:, 12:] == 255)
