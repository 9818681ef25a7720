import numpy as np
import pytest

from mmmtl.datasets.caching.sample_layout import SampleLayout
from mmmtl.tasks import DEPTH, NORMAL, SEG, ImageClassTask
from tests.utils.samples import random_sample


def row_of(layout, sample):
    height, width = layout.size(sample)
    row = np.full(layout.length(height, width), 99, np.uint8)
    for start, array in layout.arrays(sample):
        content = np.frombuffer(array.tobytes(), np.uint8)
        row[start : start + len(content)] = content
    return row


def test_arrays_lie_one_after_the_other():
    layout = SampleLayout([SEG, DEPTH, NORMAL])
    assert layout.dense_keys == ['gt_seg_map', 'gt_depth_map', 'gt_normal_map']
    starts = [start for start, _ in layout.arrays(random_sample())]
    assert starts == [0, 128, 192, 320]  # 4x6: 72, 24 and 96 bytes, from multiples of 64
    assert layout.length(4, 6) == 320 + 4 * 6 * 12
    assert SampleLayout([]).length(4, 6) == 72


def test_a_row_gives_the_sample_back():
    layout = SampleLayout([SEG, DEPTH, NORMAL])
    sample = random_sample()
    mirrored = {**sample, 'img': np.asfortranarray(sample['img'])}
    for one in (sample, mirrored):
        found = layout.restore(row_of(layout, one), 4, 6)
        assert found['img_shape'] == found['ori_shape'] == (4, 6)
        for key in ('img', *layout.dense_keys):
            assert found[key].dtype == sample[key].dtype
            np.testing.assert_array_equal(found[key], sample[key])
            found[key][:] = 0  # nobody else's


@pytest.mark.parametrize(
    ('key', 'wrong', 'found'),
    [
        ('img', np.zeros((4, 6, 3), np.float32), r'float32 and \(4, 6, 3\)'),
        ('gt_seg_map', np.zeros((4, 7), np.uint8), r'uint8 and \(4, 7\)'),
        ('gt_depth_map', np.zeros((4, 6), np.float64), r'float64 and \(4, 6\)'),
    ],
)
def test_other_arrays_are_named(key, wrong, found):
    sample = {**random_sample(), 'img_path': 'a.png', key: wrong}
    with pytest.raises(ValueError, match=rf'a\.png: expected {key} of .*, found {found}'):
        SampleLayout([SEG, DEPTH]).size(sample)


def test_a_map_of_the_whole_image_has_one_pixel():
    weather = ImageClassTask(name='weather', classes=('sunny', 'veiled', 'overcast'))
    layout = SampleLayout([SEG, weather, DEPTH])
    label = np.float32([[[0, 1, 0]]])
    sample = {**random_sample(), weather.map_key: label}
    assert layout.dense_keys == ['gt_seg_map', 'gt_depth_map']
    starts = [start for start, _ in layout.arrays(sample)]
    assert starts == [0, 128, 192, 256]  # 12 bytes of the weather
    found = layout.restore(row_of(layout, sample), 4, 6)
    np.testing.assert_array_equal(found[weather.map_key], label)
    np.testing.assert_array_equal(found['gt_depth_map'], sample['gt_depth_map'])
