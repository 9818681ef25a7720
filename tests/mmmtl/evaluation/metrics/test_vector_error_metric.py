import math

import numpy as np
import pytest
import torch
from mmseg.registry import METRICS

from mmmtl.evaluation.metrics import VectorErrorMetric

METAINFO = dict(
    tasks=dict(albedo=dict(type='VectorTask', channels=3, invalid=-1.0), seg=dict(type='ClassTask'))
)


def make_metric(**options):
    metric = METRICS.build(dict(type='VectorErrorMetric', **{'task': 'albedo', **options}))
    metric.dataset_meta = METAINFO
    return metric


def make_pair(seed):
    generator = torch.Generator().manual_seed(seed)
    prediction, label = torch.rand(2, 3, 4 + seed, 5, generator=generator)
    label[:, torch.rand(label.shape[1:], generator=generator) < 0.3] = -1
    return prediction, label


def make_sample(prediction, label, name='a'):
    return dict(
        img_path=f'/images/{name}.png',
        pred_albedo=dict(data=prediction),
        gt_albedo=dict(data=label),
    )


def plain(pairs):
    errors = []
    for prediction, label in pairs:
        valid = (label != -1).any(dim=0)
        errors.append((prediction - label)[:, valid].double().numpy())
    error = np.concatenate(errors, axis=1)
    return {
        'albedo/abs_err': np.abs(error).mean(),
        'albedo/rmse': np.sqrt((error**2).mean()),
        'albedo/epe': np.linalg.norm(error, axis=0).mean(),
    }


@pytest.mark.parametrize('batch_size', [1, 2, 5])
def test_average_over_the_set_is_that_of_all_pixels(batch_size):
    pairs = [make_pair(seed) for seed in range(5)]
    metric = make_metric()
    for start in range(0, 5, batch_size):
        metric.process({}, [make_sample(*pair) for pair in pairs[start : start + batch_size]])
    assert metric.evaluate(5) == pytest.approx(plain(pairs), rel=1e-6)


def test_average_over_batches_is_the_mean_of_the_batches_with_labels():
    pairs = [make_pair(seed) for seed in range(3)]
    metric = make_metric(average='batch')
    metric.process({}, [make_sample(*pair) for pair in pairs[:2]])
    metric.process({}, [make_sample(torch.ones(3, 2, 2), torch.full((3, 2, 2), -1.0))])
    metric.process({}, [make_sample(*pairs[2])])

    first, second = plain(pairs[:2]), plain(pairs[2:])
    expected = {key: (first[key] + second[key]) / 2 for key in first}
    assert metric.evaluate(4) == pytest.approx(expected, rel=1e-6)


def test_set_without_a_valid_pixel_is_nan():
    metric = make_metric()
    metric.process({}, [make_sample(torch.ones(3, 2, 2), torch.full((3, 2, 2), -1.0))])
    found = metric.evaluate(1)
    assert list(found) == ['albedo/abs_err', 'albedo/rmse', 'albedo/epe']
    assert all(math.isnan(value) for value in found.values())


def test_predictions_are_written_with_their_channels_last(tmp_path):
    metric = make_metric(output_dir=str(tmp_path), format_only=True)
    prediction, _ = make_pair(0)
    metric.process({}, [dict(img_path='b/c.png', pred_albedo=dict(data=prediction))])
    assert metric.evaluate(1) == {}
    written = np.load(tmp_path / 'c.npy')
    assert written.dtype == np.float32
    np.testing.assert_array_equal(written, prediction.permute(1, 2, 0).numpy())


def test_missing_field_names_the_image():
    sample = make_sample(*make_pair(0))
    del sample['pred_albedo']
    with pytest.raises(ValueError, match="a.png: VectorErrorMetric .* the field 'pred_albedo'"):
        make_metric().process({}, [sample])


@pytest.mark.parametrize(
    ('task', 'message'),
    [('flow', "Unknown task 'flow'"), ('seg', "found 'seg', which predicts ids")],
)
def test_another_task_is_refused(task, message):
    with pytest.raises(ValueError, match=message):
        make_metric(task=task)


def test_it_has_no_task_by_default():
    with pytest.raises(TypeError, match='task'):
        VectorErrorMetric()
