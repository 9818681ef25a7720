import math

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.evaluation import evaluate_constant_baseline, fit_constant_baseline
from mmmtl.evaluation.constant_baseline import StreamingMedian

METRICS = [dict(type='IoUMetric', prefix='seg'), dict(type='DepthErrorMetric')]


class Dataset(list):
    metainfo = dict(classes=('a', 'b', 'c'))


def make_item(seg=None, depth=None, normal=None, index=0):
    sample = SegDataSample(metainfo=dict(img_path=f'{index}.png'))
    if seg is not None:
        sample.gt_sem_seg = PixelData(data=torch.tensor([[seg]]))
    if depth is not None:
        sample.gt_depth_map = PixelData(data=torch.tensor([[depth]]))
    if normal is not None:
        sample.gt_normal_map = PixelData(data=torch.tensor(normal).T.reshape(3, 1, -1))
    return dict(inputs=torch.zeros(3, 1, 4), data_samples=sample)


def fit(*items):
    return fit_constant_baseline(item['data_samples'] for item in items)


def test_class_is_the_most_frequent_one_of_the_labelled_pixels():
    constants = fit(make_item(seg=[255, 255, 255, 2]), make_item(seg=[0, 0, 1, 255]))

    assert constants['seg'].dtype == torch.int64
    assert constants['seg'].tolist() == [[[0]]]


def test_ids_may_grow_from_image_to_image():
    constants = fit(make_item(seg=[0, 1, 1, 0]), make_item(seg=[2, 2, 2, 0]), make_item(seg=[0]))

    assert constants['seg'].item() == 0


def test_scalar_is_the_median_of_the_labelled_pixels():
    constants = fit(make_item(depth=[0.0, 1.0, 100.0]), make_item(depth=[2.0, 0.0, 0.0]))

    assert constants['depth'].shape == (1, 1, 1)
    assert constants['depth'].item() == pytest.approx(2.0, rel=2**-13)


def test_median_of_an_even_number_is_the_lower_middle_value():
    constants = fit(make_item(depth=[1.0, 2.0, 3.0, 4.0]))

    assert constants['depth'].item() == pytest.approx(2.0, rel=2**-13)


@pytest.mark.parametrize('scale', [1e-6, 1.0, 1e6])
def test_median_of_many_values_agrees_with_numpy(scale):
    values = np.random.default_rng(0).lognormal(sigma=2, size=(11, 501)).astype(np.float32) * scale
    median = StreamingMedian()
    for part in values:
        median.add(torch.from_numpy(part)[None])

    assert median.best().item() == pytest.approx(np.median(values), rel=2**-13)


def test_median_orders_negative_values_too():
    median = StreamingMedian()
    median.add(torch.tensor([[-3.0, -2.0, -1.0, 0.5, 7.0]]))
    assert median.best().item() == pytest.approx(-1.0, rel=2**-13)

    median.add(torch.tensor([[-9.0, -8.0]]))
    assert median.best().item() == pytest.approx(-2.0, rel=2**-13)


def test_direction_is_the_mean_of_unit_length():
    up, camera, nothing = [0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [0.0, 0.0, 0.0]
    constants = fit(make_item(normal=[up, nothing]), make_item(normal=[camera, nothing]))

    half = -math.sqrt(0.5)
    np.testing.assert_allclose(constants['normal'][:, 0, 0], [0, half, half], rtol=1e-6)


def test_directions_that_cancel_give_a_unit_vector():
    constants = fit(make_item(normal=[[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]))

    assert constants['normal'].flatten().tolist() == [0, 0, -1]


def test_tasks_without_a_valid_pixel_are_left_out():
    assert list(fit(make_item(seg=[255, 255], depth=[0.0, 1.0]))) == ['depth']


def test_metrics_are_those_of_the_constants_on_the_validation_set():
    train = Dataset([make_item(seg=[1, 1, 1, 0], depth=[2.0, 2.0, 2.0, 9.0])])
    val = Dataset(
        [
            make_item(seg=[1, 1, 2, 255], depth=[1.0, 4.0, 0.0, 0.0], index=0),
            make_item(seg=[1, 0, 0, 0], depth=[2.0, 2.0, 0.0, 0.0], index=1),
        ]
    )

    metrics = evaluate_constant_baseline(train, val, METRICS)

    # class b: 3 of 7 labelled pixels; IoU 3/7, the two other classes 0
    assert metrics['seg/aAcc'] == pytest.approx(100 * 3 / 7, abs=0.01)
    assert metrics['seg/mIoU'] == pytest.approx(100 * 3 / 7 / 3, abs=0.01)
    assert metrics['depth/abs_err'] == pytest.approx((1 + 2 + 0 + 0) / 4, rel=1e-3)
    assert metrics['depth/rel_err'] == pytest.approx((1 + 0.5 + 0 + 0) / 4, rel=1e-3)
    assert metrics['depth/d1'] == 0.5
    assert all(type(value) is float for value in metrics.values())


def test_normals_are_measured_against_their_mean_direction():
    up, camera, nothing = [0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [0.0, 0.0, 0.0]
    train = Dataset([make_item(normal=[up, camera])])
    val = Dataset([make_item(normal=[up, camera, nothing]), make_item(normal=[[1.0, 0.0, 0.0]])])

    metrics = evaluate_constant_baseline(train, val, dict(type='NormalErrorMetric'))

    # Errors of 45, 45 and 90 degrees.
    assert metrics['normal/mean'] == pytest.approx(60)
    assert metrics['normal/median'] == pytest.approx(45, abs=1e-3)
    assert metrics['normal/30'] == 0


def test_images_that_lack_labels_do_not_count():
    train = Dataset([make_item(seg=[1, 0], depth=[2.0, 2.0]), make_item(seg=[1, 1])])
    val = Dataset([make_item(seg=[1, 0]), make_item(depth=[1.0, 4.0])])
    metrics = evaluate_constant_baseline(train, val, METRICS)
    assert metrics['seg/aAcc'] == 50
    assert metrics['depth/abs_err'] == pytest.approx(1.5, rel=1e-3)


def test_samples_of_the_data_sets_are_left_as_they_are():
    train = val = Dataset([make_item(seg=[1, 1], depth=[1.0, 2.0])])
    evaluate_constant_baseline(train, val, METRICS)

    assert 'pred_sem_seg' not in val[0]['data_samples']


def test_training_images_are_spread_over_the_set():
    train = Dataset([make_item(seg=[0, 0, 0]), make_item(seg=[1]), make_item(seg=[2, 2])])
    val = Dataset([make_item(seg=[0, 2, 2, 2])])
    metrics_cfg = dict(type='IoUMetric', prefix='seg')

    # 0 from the first image, 2 from the last one; with all images 0 is the most frequent
    train[0], train[1] = train[1], train[0]
    limited = evaluate_constant_baseline(train, val, metrics_cfg, max_images=2)
    everything = evaluate_constant_baseline(train, val, metrics_cfg)
    assert limited['seg/aAcc'] == 75
    assert everything['seg/aAcc'] == 25


def test_batches_count_where_the_metric_averages_over_them():
    items = [make_item(depth=[2.0, 2.0], index=0), make_item(depth=[1.0, 0.0], index=1)]
    metric = dict(type='DepthErrorMetric', average='batch')
    train, val = Dataset(items[:1]), Dataset(items)

    one = evaluate_constant_baseline(train, val, metric, batch_size=1)
    two = evaluate_constant_baseline(train, val, metric, batch_size=2)
    assert one['depth/abs_err'] == pytest.approx(1 / 2, rel=1e-3)
    assert two['depth/abs_err'] == pytest.approx(1 / 3, rel=2e-3)


def test_no_file_is_written(tmp_path):
    dataset = Dataset([make_item(seg=[1, 1], depth=[1.0, 2.0])])
    metrics = [dict(metric, output_dir=str(tmp_path / 'out')) for metric in METRICS]
    evaluate_constant_baseline(dataset, dataset, metrics)

    assert not (tmp_path / 'out').exists()
    assert 'output_dir' in metrics[0]


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(train_dataset=[]), 'train_dataset: .* found 0'),
        (dict(val_dataset=[]), 'val_dataset: .* found 0'),
        (dict(max_images=0), 'max_images: .* found 0'),
        (dict(batch_size=0), 'batch_size: .* found 0'),
    ],
)
def test_mistakes(arguments, message):
    dataset = Dataset([make_item(seg=[1])])
    complete = dict(train_dataset=dataset, val_dataset=dataset, metrics_cfg=METRICS)
    with pytest.raises(ValueError, match=message):
        evaluate_constant_baseline(**{**complete, **arguments})


def test_a_prefix_that_is_the_name_of_another_task():
    data = Dataset([make_item(seg=[0, 1], depth=[1.0, 2.0])])
    with pytest.raises(ValueError, match=r"^prefix: expected 'seg', .*TaskIoUMetric\(task='depth'"):
        evaluate_constant_baseline(data, data, dict(type='IoUMetric', prefix='depth'))
