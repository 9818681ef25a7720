import numpy as np
import pytest

from mmmtl.evaluation.functional import CROPS, crop_slices


def mask(crop, size):
    inside = np.zeros(size, dtype=bool)
    inside[crop_slices(crop, size)] = True
    return inside


def test_crops_of_kitti_at_its_usual_size():
    # of 375x1242 pixels; the numbers of the two papers' published scripts
    assert crop_slices('eigen', (375, 1242)) == (slice(124, 342), slice(44, 1197))
    assert crop_slices('garg', (375, 1242)) == (slice(153, 371), slice(44, 1197))


@pytest.mark.parametrize('crop', ['eigen', 'garg'])
def test_crops_of_kitti_are_shares_of_any_size(crop):
    rows, columns = crop_slices(crop, (100, 1000))
    first, end = {'eigen': (33, 91), 'garg': (40, 99)}[crop]
    assert (rows, columns) == (slice(first, end), slice(35, 964))
    assert mask(crop, (100, 1000)).sum() == (end - first) * (964 - 35)


def test_crop_of_nyuv2_is_that_of_mmseg():
    inside = mask('eigen_nyu', (480, 640))
    expected = np.zeros((480, 640), dtype=bool)
    expected[45:471, 41:601] = True
    np.testing.assert_array_equal(inside, expected)


def test_crop_of_nyuv2_is_for_one_size_only():
    with pytest.raises(ValueError, match="'eigen_nyu' is for images of 480x640 .* of 240x320"):
        crop_slices('eigen_nyu', (240, 320))


def test_other_crops_are_refused():
    assert CROPS == ('eigen', 'garg', 'eigen_nyu')
    with pytest.raises(ValueError, match="expected one of 'eigen', 'garg', 'eigen_nyu', found 'x'"):
        crop_slices('x', (480, 640))
