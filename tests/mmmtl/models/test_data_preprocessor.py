import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmmtl.models import data_preprocessor as module
from mmmtl.tasks import ImageClassTask


def build(**settings):
    return MODELS.build(dict(type='MultiTaskDataPreprocessor', **settings))


def batch(*sizes):
    inputs, data_samples = [], []
    for height, width in sizes:
        inputs.append(torch.full((3, height, width), 51, dtype=torch.uint8))
        sample = SegDataSample()
        for field, channels, dtype in (
            ('gt_sem_seg', 1, torch.int64),
            ('gt_depth_map', 1, torch.float32),
            ('gt_normal_map', 3, torch.float32),
        ):
            data = torch.ones((channels, height, width), dtype=dtype)
            sample.set_data({field: PixelData(data=data)})
        data_samples.append(sample)
    return dict(inputs=inputs, data_samples=data_samples)


def test_each_task_is_padded_with_what_is_invalid_for_it():
    data = build(size_divisor=4)(batch((4, 6), (5, 3)), training=True)
    assert tuple(data['inputs'].shape) == (2, 3, 8, 8)
    second = data['data_samples'][1]
    for field, padding in (('gt_sem_seg', 255), ('gt_depth_map', 0), ('gt_normal_map', 0)):
        label = second.get(field).data
        assert label.shape[-2:] == (8, 8)
        assert label[:, :5, :3].unique().tolist() == [1]
        assert label[:, 5:].unique().tolist() == [padding]
        assert label[:, :, 3:].unique().tolist() == [padding]
    assert second.padding_size == (0, 5, 0, 3)
    assert second.img_shape == (5, 3)
    assert second.pad_shape == (8, 8)


def test_class_ids_come_as_bytes_and_leave_as_int64():
    raw = batch((4, 6), (5, 3))
    for sample in raw['data_samples']:
        sample.gt_sem_seg = PixelData(data=torch.full_like(sample.gt_sem_seg.data, 200).byte())
    data = build(size_divisor=4)(raw, training=True)
    for sample, (height, width) in zip(data['data_samples'], [(4, 6), (5, 3)], strict=True):
        ids = sample.gt_sem_seg.data
        assert ids.dtype == torch.int64
        assert ids[:, :height, :width].unique().tolist() == [200]
        assert ids[:, height:].unique().tolist() in ([255], [])
        assert sample.gt_depth_map.data.dtype == torch.float32


def test_images_are_converted_as_in_the_paper():
    data = build(mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True)(
        dict(inputs=[torch.tensor([51, 102, 255], dtype=torch.uint8).view(3, 1, 1)])
    )
    assert data['inputs'].flatten().tolist() == pytest.approx([1, 0.4, 0.2])


@pytest.mark.parametrize(
    ('settings', 'lines'),
    [({}, 1), (dict(mean=[0, 0, 0], std=[1, 1, 1]), 0), (dict(mean=[1, 1, 1], std=[2, 2, 2]), 0)],
)
def test_images_that_are_not_normalised_are_told_of_once(monkeypatch, settings, lines):
    said = []
    monkeypatch.setattr(module, 'print_log', lambda text, **how: said.append(text))
    preprocessor = build(**settings)
    for _ in range(2):
        preprocessor(batch((4, 6)))
    assert len(said) == lines
    assert all('neither mean nor std' in text for text in said)


def test_a_fixed_size():
    data = build(size=(6, 7))(batch((4, 6)), training=True)
    assert tuple(data['inputs'].shape) == (1, 3, 6, 7)


def test_padding_in_a_test_only_concerns_the_image():
    data = build(test_cfg=dict(size_divisor=8))(batch((4, 6)))
    assert tuple(data['inputs'].shape) == (1, 3, 8, 8)
    assert tuple(data['data_samples'][0].gt_depth_map.data.shape) == (1, 4, 6)
    assert data['data_samples'][0].padding_size == (0, 2, 0, 4)


def test_wrong_batches_are_named():
    with pytest.raises(ValueError, match=r'one size in a batch, found \[\(4, 6\), \(5, 3\)\]'):
        build()(batch((4, 6), (5, 3)), training=True)
    with pytest.raises(ValueError, match='data_samples: expected labels in training'):
        build()(dict(inputs=batch((4, 6))['inputs']), training=True)


def test_boundaries_between_classes_are_padded_as_unknown():
    data = batch((4, 6))
    edges = torch.zeros((1, 4, 6), dtype=torch.int64)
    data['data_samples'][0].set_data(dict(gt_edge_map=PixelData(data=edges)))
    padded = build(size=(5, 8))(data, training=True)['data_samples'][0].gt_edge_map.data
    assert padded.dtype == torch.int64
    assert not padded[:, :4, :6].any()
    assert padded[:, 4:].unique().tolist() == padded[:, :, 6:].unique().tolist() == [255]


def test_images_are_padded_behind_their_normalisation():
    settings = dict(mean=[51] * 3, std=[2] * 3, pad_val=-7, size=(5, 8))
    inputs = build(**settings)(batch((4, 6)), training=True)['inputs']
    assert not inputs[..., :4, :6].any()
    assert inputs[..., 4:, :].unique().tolist() == inputs[..., 6:].unique().tolist() == [-7]


def test_a_size_smaller_than_the_images_cuts_nothing_off():
    assert build(size=(2, 16))(batch((4, 6)), training=True)['inputs'].shape == (1, 3, 4, 16)


def test_the_padding_is_that_of_the_largest_image():
    data = build(size_divisor=4)(batch((3, 9), (5, 2)), training=True)
    assert data['inputs'].shape == (2, 3, 8, 12)
    assert [s.padding_size for s in data['data_samples']] == [(0, 3, 0, 5), (0, 10, 0, 3)]


def test_without_padding_a_test_keeps_the_size_of_training_out():
    data = build(size=(8, 8))(batch((4, 6)))
    assert data['inputs'].shape == (1, 3, 4, 6)
    assert data['data_samples'][0].padding_size == (0, 0, 0, 0)


def test_images_may_come_without_samples():
    data = build(test_cfg=dict(size_divisor=8))(dict(inputs=batch((4, 6))['inputs']))
    assert data['inputs'].shape == (1, 3, 8, 8)
    assert data['data_samples'] is None


def test_augmentation_of_batches_is_for_training_alone():
    calls = []

    def augment(inputs, samples):
        calls.append(tuple(inputs.shape))
        return inputs + 1, samples

    preprocessor = build(size_divisor=4)
    preprocessor.batch_augments = augment
    trained = preprocessor(batch((4, 6)), training=True)['inputs']
    assert trained[0, 0, 0, 0] == 52
    assert preprocessor(batch((4, 6)))['inputs'][0, 0, 0, 0] == 51
    assert calls == [(1, 3, 4, 8)]


def test_what_is_of_the_whole_image_is_not_padded():
    task = ImageClassTask(name='weather', classes=('sun', 'rain'))
    preprocessor = build(size_divisor=4)
    preprocessor.tasks = (*preprocessor.tasks, task)
    data = batch((4, 6))
    label = torch.tensor([0.0, 1.0]).view(2, 1, 1)
    data['data_samples'][0].set_data(dict(gt_weather=PixelData(data=label)))
    (sample,) = preprocessor(data, training=True)['data_samples']
    assert torch.equal(sample.gt_weather.data, label)
    assert sample.gt_sem_seg.data.shape == (1, 4, 8)


def test_it_looks_for_valid_labels_before_they_leave_the_host():
    preprocessor = build()
    data = batch((4, 6), (4, 6), (4, 6))
    data['data_samples'][0].gt_depth_map.data.zero_()
    data['data_samples'][1].gt_sem_seg.data.fill_(255)
    del data['data_samples'][2].gt_normal_map
    found = preprocessor(data, training=True)['data_samples']
    assert [sample.labelled for sample in found] == [
        ('seg', 'normal'),
        ('depth', 'normal'),
        ('seg', 'depth'),
    ]
    tested = preprocessor(batch((4, 6)), training=False)['data_samples']
    assert 'labelled' not in tested[0].metainfo  # losses may be of other labels then
    augmented = build()
    augmented.batch_augments = lambda inputs, samples: (inputs, samples)
    assert 'labelled' not in augmented(batch((4, 6)), training=True)['data_samples'][0].metainfo
