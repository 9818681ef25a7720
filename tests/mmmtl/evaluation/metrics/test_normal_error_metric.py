import math
import pickle

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample

from mmmtl.evaluation.functional.normal import BIN_WIDTH
from mmmtl.evaluation.metrics import NormalErrorMetric


def make_pairs(count, seed=0):
    """(prediction, label) pairs with a quarter of the pixels invalid, sizes that differ."""
    generator = torch.Generator().manual_seed(seed)
    pairs = []
    for index in range(count):
        shape = (3, 5 + index, 7)
        label = torch.nn.functional.normalize(torch.randn(shape, generator=generator), dim=0)
        prediction = label + (0.2 + 0.1 * index) * torch.randn(shape, generator=generator)
        label[:, torch.rand(shape[1:], generator=generator) < 0.25] = 0
        pairs.append((torch.nn.functional.normalize(prediction, dim=0), label))
    return pairs


def make_sample(prediction, label, name='image'):
    sample = SegDataSample(metainfo=dict(img_path=f'/data/{name}.png'))
    sample.pred_normal_map = PixelData(data=prediction)
    if label is not None:
        sample.gt_normal_map = PixelData(data=label)
    return sample.to_dict()


def reference(pairs):
    """The metrics of all pixels at once, in numpy."""
    prediction, label = (
        np.concatenate([maps.double().reshape(3, -1).numpy() for maps in side], axis=1)
        for side in zip(*pairs, strict=True)
    )
    valid = np.linalg.norm(label, axis=0) > 0
    prediction, label = prediction[:, valid], label[:, valid]
    lengths = np.linalg.norm(prediction, axis=0) * np.linalg.norm(label, axis=0)
    angle = np.degrees(np.arccos(np.clip((prediction * label).sum(axis=0) / lengths, -1, 1)))
    shares = {f'{t:g}': 100 * (angle < t).mean() for t in (11.25, 22.5, 30)}
    return dict(mean=angle.mean(), median=np.median(angle), **shares)


def assert_agrees(metrics, expected):
    """Mean and shares are exact, the median to half a bin."""
    assert list(metrics) == [f'normal/{key}' for key in expected]
    for key, value in expected.items():
        tolerance = BIN_WIDTH / 2 + 1e-9 if key == 'median' else 1e-9
        assert metrics[f'normal/{key}'] == pytest.approx(value, abs=tolerance)


def feed(metric, pairs, batch_size):
    for start in range(0, len(pairs), batch_size):
        batch = pairs[start : start + batch_size]
        metric.process({}, [make_sample(p, y, f'i{start + i}') for i, (p, y) in enumerate(batch)])


@pytest.mark.parametrize('batch_size', [1, 2, 7])
def test_average_over_the_set_is_that_of_all_pixels(batch_size):
    pairs = make_pairs(7)
    metric = METRICS.build(dict(type='NormalErrorMetric'))
    feed(metric, pairs, batch_size)

    assert_agrees(metric.evaluate(7), reference(pairs))


def test_average_over_batches_is_the_mean_of_the_batches():
    pairs = make_pairs(5)
    metric = NormalErrorMetric(average='batch')
    feed(metric, pairs, batch_size=2)

    batches = [reference(pairs[start : start + 2]) for start in (0, 2, 4)]
    assert_agrees(metric.evaluate(5), {k: np.mean([b[k] for b in batches]) for k in batches[0]})
    assert abs(reference(pairs)['mean'] - np.mean([b['mean'] for b in batches])) > 0.1


def test_memory_does_not_grow_with_the_set():
    sizes = []
    metric = NormalErrorMetric()
    for _ in range(4):
        feed(metric, make_pairs(2), batch_size=2)
        sizes.append(len(pickle.dumps(metric)))

    assert max(sizes[1:]) - min(sizes[1:]) < 100
    assert metric.results == []


def test_second_evaluation_starts_afresh():
    metric = NormalErrorMetric()
    feed(metric, make_pairs(3, seed=1), batch_size=1)
    metric.evaluate(3)
    pairs = make_pairs(4, seed=2)
    feed(metric, pairs, batch_size=4)

    assert_agrees(metric.evaluate(4), reference(pairs))


@pytest.mark.parametrize('average', ['dataset', 'batch'])
def test_image_without_a_valid_pixel_is_left_out(average):
    empty = (torch.ones(3, 4, 4), torch.zeros(3, 4, 4))
    pairs = make_pairs(1)
    metric = NormalErrorMetric(average=average)
    feed(metric, [*pairs, empty], batch_size=1)

    assert_agrees(metric.evaluate(2), reference(pairs))


@pytest.mark.parametrize('average', ['dataset', 'batch'])
def test_set_without_a_valid_pixel_is_nan(monkeypatch, average):
    messages = []
    monkeypatch.setattr(
        'mmmtl.evaluation.metrics.regression_metric.print_log',
        lambda message, **kwargs: messages.append(message),
    )
    metric = NormalErrorMetric(average=average)
    feed(metric, [(torch.ones(3, 4, 4), torch.zeros(3, 4, 4))], batch_size=1)

    assert all(math.isnan(value) for value in metric.evaluate(1).values())
    assert "No image of the set has a valid label for 'normal'" in messages[0]


def test_a_right_prediction_is_right():
    label = make_pairs(1)[0][1]
    metric = NormalErrorMetric()
    feed(metric, [(label, label)], batch_size=1)

    metrics = metric.evaluate(1)
    assert metrics['normal/mean'] == 0
    assert metrics['normal/median'] <= BIN_WIDTH / 2
    assert [metrics[f'normal/{key}'] for key in ('11.25', '22.5', '30')] == [100, 100, 100]


def test_predictions_are_written_without_labels(tmp_path):
    prediction = make_pairs(1)[0][0]
    metric = NormalErrorMetric(output_dir=str(tmp_path / 'out'), format_only=True)
    metric.process({}, [make_sample(prediction, None, 'kitchen_1')])

    assert metric.evaluate(1) == {}
    written = np.load(tmp_path / 'out' / 'kitchen_1.npy')
    assert written.dtype == np.float32
    np.testing.assert_array_equal(written, prediction.numpy().transpose(1, 2, 0))


def test_mistakes_name_the_image():
    sample = make_sample(torch.full((3, 2, 2), math.nan), torch.ones(3, 2, 2), 'kitchen_7')
    with pytest.raises(ValueError, match='kitchen_7.png: normal: The prediction has 12 values'):
        NormalErrorMetric().process({}, [sample])
    del sample['gt_normal_map']
    with pytest.raises(ValueError, match="kitchen_7.png: .* the field 'gt_normal_map'"):
        NormalErrorMetric().process({}, [sample])


def test_more_images_than_the_set_has_are_an_error():
    metric = NormalErrorMetric()
    feed(metric, make_pairs(3), batch_size=1)
    with pytest.raises(ValueError, match='Expected 1 images, .* found 3'):
        metric.evaluate(1)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(average='image'), "average: .* found 'image'"),
        (dict(task='depth'), "task: .* a DirectionTask .* found 'depth', a Scalar"),
        (dict(task='seg'), "task: .* found 'seg', which predicts ids"),
        (dict(task='flow'), "Unknown task 'flow'"),
        (dict(format_only=True), 'output_dir'),
    ],
)
def test_mistakes_in_the_config(arguments, message):
    with pytest.raises(ValueError, match=message):
        NormalErrorMetric(**arguments).dataset_meta = None  # as an evaluator sets it


def test_three_numbers_that_are_no_direction():
    colors = dict(tasks=dict(albedo=dict(type='VectorTask', channels=3)))
    with pytest.raises(ValueError, match="a DirectionTask .* found 'albedo', a VectorTask"):
        NormalErrorMetric(task='albedo').dataset_meta = colors
