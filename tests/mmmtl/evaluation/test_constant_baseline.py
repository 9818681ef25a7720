import math

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.evaluation import evaluate_constant_baseline, fit_constant_baseline
from mmmtl.evaluation.constant_baseline import MeanValue, StreamingMedian, best_constant
from mmmtl.tasks import Task, build_tasks

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


DEFINED = dict(
    parts=dict(type='ClassTask', classes=['head', 'body', 'legs']),
    edge=dict(type='BinaryTask'),
    height=dict(type='ScalarTask'),
    up=dict(type='DirectionTask'),
    albedo=dict(type='VectorTask', channels=2),
)


class OfAllKinds(list):
    metainfo = dict(tasks=DEFINED)


def item_of(index=0, **labels):
    """Labels by task, a list of the values of each channel."""
    sample = SegDataSample(metainfo=dict(img_path=f'{index}.png'))
    for task, label in labels.items():
        sample.set_data({f'gt_{task}': PixelData(data=torch.tensor(label)[:, None])})
    return dict(inputs=torch.zeros(3, 1, 4), data_samples=sample)


def test_constants_of_all_kinds():
    items = [
        item_of(
            parts=[[2, 2, 255]],
            edge=[[1.0, 0.0, 255.0]],
            height=[[-1.0, 0.0, math.nan]],
            up=[[0.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
            albedo=[[0.5, 1.0, math.nan], [0.0, 0.25, 1.0]],
        ),
        item_of(parts=[[1, 2, 0]], edge=[[0.0, 0.5, 255.0]], height=[[3.0, math.nan, math.nan]]),
    ]
    samples = (item['data_samples'] for item in items)
    found = fit_constant_baseline(samples, build_tasks(DEFINED).values())

    assert list(found) == ['parts', 'edge', 'height', 'up', 'albedo']
    assert all(constant.shape[1:] == (1, 1) for constant in found.values())
    assert found['parts'].flatten().tolist() == [2]
    assert found['edge'].item() == pytest.approx(1.5 / 4)
    assert found['height'].item() == pytest.approx(0, abs=1e-6)
    assert found['up'].flatten().tolist() == [0, -1, 0]
    assert found['albedo'].flatten().tolist() == [0.75, 0.125]


def test_metrics_of_all_kinds():
    train = OfAllKinds(
        [
            item_of(
                parts=[[1, 1]],
                edge=[[1.0, 0.0]],
                height=[[2.0, 2.0]],
                up=[[0.0, 0.0], [-1.0, -1.0], [0.0, 0.0]],
                albedo=[[0.0, 1.0], [0.5, 0.5]],
            )
        ]
    )
    val = OfAllKinds(
        [
            item_of(
                parts=[[1, 0]],
                edge=[[1.0, 255.0]],
                height=[[0.0, 1.0]],
                up=[[0.0, 1.0], [-1.0, 0.0], [0.0, 0.0]],
                albedo=[[0.5, 0.5], [0.5, 2.0]],
            )
        ]
    )
    metrics = [
        {**config, 'task': name}
        for name, task in build_tasks(DEFINED).items()
        for config in task.default_metrics
    ]
    found = evaluate_constant_baseline(train, val, metrics)

    assert found['parts/aAcc'] == 50
    assert found['edge/MAE'] == pytest.approx(0.5)
    assert found['edge/IoU'] == 100
    assert found['height/abs_err'] == pytest.approx(1.5, rel=1e-3)
    assert found['height/rel_err'] == pytest.approx(1, rel=1e-3)  # of the label 1 alone
    assert found['up/mean'] == pytest.approx(45)
    assert found['albedo/abs_err'] == pytest.approx(1.5 / 4)
    assert found['albedo/epe'] == pytest.approx(0.75)


def test_the_mean_is_over_all_values_and_as_exact_as_float32():
    mean = MeanValue(1)
    for value, count in ((1.0, 10**6), (3.0, 3 * 10**6)):
        mean.add(torch.full((1, count), value))
    assert mean.best().dtype == torch.float32
    assert mean.best().tolist() == [[[2.5]]]


def test_a_kind_without_a_best_constant_is_named():
    class Odd(Task):
        pass

    with pytest.raises(TypeError, match='best_constant: expected a kind that is registered, found'):
        best_constant.dispatch(Odd)(object())


def test_a_prefix_that_is_the_name_of_another_task():
    data = Dataset([make_item(seg=[0, 1], depth=[1.0, 2.0])])
    with pytest.raises(ValueError, match=r"^prefix: expected 'seg', .*TaskIoUMetric\(task='depth'"):
        evaluate_constant_baseline(data, data, dict(type='IoUMetric', prefix='depth'))


def test_the_class_of_an_image_is_the_commonest_of_the_training():
    tasks = dict(
        weather=dict(type='ImageClassTask', classes=('sun', 'rain', 'snow')),
        parts=dict(type='ClassTask', classes=('a', 'b')),
    )

    def item(index, with_map=True):
        sample = SegDataSample(metainfo=dict(img_path=f'{index}.png'))
        label = torch.eye(3)[index] if index is not None else torch.full((3,), math.nan)
        sample.set_data(dict(gt_weather=PixelData(data=label.view(3, 1, 1))))
        if with_map:
            sample.set_data(dict(gt_parts=PixelData(data=torch.ones(1, 4, 6).long())))
        return dict(inputs=torch.zeros(3, 4, 6), data_samples=sample)

    train = Dataset([item(index) for index in (1, 0, 1, None, 1, 2)])
    val = Dataset([item(index, with_map=index != 2) for index in (1, 0, 0, 2, None)])
    train.metainfo = val.metainfo = dict(tasks=tasks)
    constants = fit_constant_baseline(
        (one['data_samples'] for one in train), build_tasks(tasks).values()
    )
    assert constants['weather'].flatten().tolist() == pytest.approx([0.2, 0.6, 0.2])
    metrics = [
        dict(type='ImageClassMetric', task='weather', top_k=[2]),
        dict(type='TaskIoUMetric', task='parts'),
    ]
    found = evaluate_constant_baseline(train, val, metrics)
    # Of four images with a label one has the commonest class; sun is the second, by its id.
    assert found['weather/accuracy'] == 25
    assert found['weather/mean_accuracy'] == pytest.approx(100 / 3)
    assert found['weather/top2'] == 75
    assert found['parts/aAcc'] == 100
