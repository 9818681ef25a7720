from mmseg.structures import SegDataSample

from mmmtl.datasets.set_of_sample import mark_sample, set_of


def test_a_sample_knows_its_set():
    sample = SegDataSample(metainfo=dict(img_path='a.png'))
    assert set_of(sample) is None
    mark_sample(dict(inputs=0, data_samples=sample), 'camvid')
    assert set_of(sample) == 'camvid'
    assert set_of(sample.clone().cpu()) == 'camvid'
    assert sample.img_path == 'a.png'


def test_what_is_no_sample_is_left_alone():
    for other in ({'number': 1}, dict(data_samples=[1]), 3, None):
        mark_sample(other, 'camvid')
