import math

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample

from mmmtl.evaluation.metrics import DepthErrorMetric
from tests.utils.depth_pairs import feed, make_pairs, make_sample


def reference(pairs):
    """The metrics of all pixels at once, in numpy."""
    prediction = np.concatenate([p.numpy().astype(np.float64).ravel() for p, _ in pairs])
    label = np.concatenate([y.numpy().astype(np.float64).ravel() for _, y in pairs])
    prediction, label = prediction[label > 0], label[label > 0]
    ratio = np.maximum(prediction / label, label / prediction)
    return dict(
        abs_err=np.abs(prediction - label).mean(),
        rel_err=(np.abs(prediction - label) / label).mean(),
        rmse=np.sqrt(((prediction - label) ** 2).mean()),
        d1=(ratio < 1.25).mean(),
        d2=(ratio < 1.25**2).mean(),
        d3=(ratio < 1.25**3).mean(),
    )


@pytest.mark.parametrize('batch_size', [1, 2, 7])
def test_average_over_the_set_is_that_of_all_pixels(batch_size):
    pairs = make_pairs(7)
    metric = METRICS.build(dict(type='DepthErrorMetric'))
    feed(metric, pairs, batch_size)

    expected = {f'depth/{key}': value for key, value in reference(pairs).items()}
    assert metric.evaluate(7) == pytest.approx(expected, rel=1e-12)


def test_average_over_batches_is_the_mean_of_the_batches():
    pairs = make_pairs(5)
    metric = DepthErrorMetric(average='batch')
    feed(metric, pairs, batch_size=2)

    batches = [reference(pairs[start : start + 2]) for start in (0, 2, 4)]
    expected = {f'depth/{key}': np.mean([b[key] for b in batches]) for key in batches[0]}
    assert metric.evaluate(5) == pytest.approx(expected, rel=1e-12)


def test_results_hold_a_few_numbers_per_image_and_are_forgotten():
    pairs = [(torch.ones(1, 100, 100), torch.ones(1, 100, 100)) for _ in range(3)]
    metric = DepthErrorMetric()
    feed(metric, pairs, batch_size=3)

    assert [entry.sums.num_valid for entry in metric.results] == [10000] * 3
    for entry in metric.results:
        values = [*entry.batch, *vars(entry.sums).values()]
        assert all(type(value) in (int, float) for value in values)
    metric.evaluate(3)
    assert metric.results == []


def test_second_evaluation_starts_afresh():
    metric = DepthErrorMetric(average='batch')
    feed(metric, make_pairs(3, seed=1), batch_size=1)
    metric.evaluate(3)
    pairs = make_pairs(4, seed=2)
    feed(metric, pairs, batch_size=4)

    assert metric.evaluate(4)['depth/abs_err'] == pytest.approx(reference(pairs)['abs_err'])


@pytest.mark.parametrize('average', ['dataset', 'batch'])
def test_image_without_a_valid_pixel_is_left_out(average):
    empty = (torch.ones(1, 4, 4), torch.zeros(1, 4, 4))
    pairs = make_pairs(1)
    metric = DepthErrorMetric(average=average)
    feed(metric, [*pairs, empty], batch_size=1)

    assert metric.evaluate(2)['depth/rel_err'] == pytest.approx(reference(pairs)['rel_err'])


def test_set_without_a_valid_pixel_is_nan(monkeypatch):
    messages = []
    monkeypatch.setattr(
        'mmmtl.evaluation.metrics.regression_metric.print_log',
        lambda message, **kwargs: messages.append(message),
    )
    metric = DepthErrorMetric()
    feed(metric, [(torch.ones(1, 4, 4), torch.zeros(1, 4, 4))], batch_size=1)

    assert all(math.isnan(value) for value in metric.evaluate(1).values())
    assert 'No image of the set has a valid label' in messages[0]


def test_table_is_logged(monkeypatch):
    messages = []
    monkeypatch.setattr(
        'mmmtl.evaluation.metrics.regression_metric.print_log',
        lambda message, **kwargs: messages.append(message),
    )
    metric = DepthErrorMetric()
    feed(metric, [(torch.full((1, 2, 2), 2.0), torch.full((1, 2, 2), 1.0))], batch_size=1)
    metric.evaluate(1)

    assert messages[0].startswith('depth results:')
    assert '| abs_err | rel_err |  rmse  |' in messages[0]
    assert '|  1.0000 |  1.0000 | 1.0000 |' in messages[0]


def test_limits_restrict_the_labels():
    label = torch.tensor([[[1.0, 5.0, 20.0]]])
    metric = DepthErrorMetric(min_value=2, max_value=10)
    feed(metric, [(label + 1, label)], batch_size=1)

    assert metric.evaluate(1)['depth/rel_err'] == pytest.approx(0.2)


def test_predictions_are_written_without_labels(tmp_path):
    prediction = torch.rand(1, 3, 4)
    metric = DepthErrorMetric(output_dir=str(tmp_path / 'out'), format_only=True)
    metric.process({}, [make_sample(prediction, None, 'aachen_1')])

    assert metric.evaluate(1) == {}
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['aachen_1.npy']
    written = np.load(tmp_path / 'out' / 'aachen_1.npy')
    assert written.dtype == np.float32
    np.testing.assert_array_equal(written, prediction[0].numpy())


def test_predictions_are_written_beside_the_metrics(tmp_path):
    metric = DepthErrorMetric(output_dir=str(tmp_path))
    feed(metric, make_pairs(2), batch_size=2)

    assert metric.evaluate(2)['depth/d3'] > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ['i0.npy', 'i1.npy']


def test_two_images_of_one_name_are_not_written_over_each_other(tmp_path):
    first = make_sample(torch.ones(1, 2, 2), None, 'a/same')
    second = make_sample(torch.ones(1, 2, 2), None, 'b/same')
    metric = DepthErrorMetric(output_dir=str(tmp_path), format_only=True)
    metric.process({}, [first, first])

    with pytest.raises(ValueError, match=r'/data/b/same.png and /data/a/same.png'):
        metric.process({}, [second])


@pytest.mark.parametrize('field', ['pred_depth_map', 'gt_depth_map'])
def test_missing_field_names_the_image_and_the_field(field):
    sample = make_sample(torch.ones(1, 2, 2), torch.ones(1, 2, 2), 'frankfurt_7')
    del sample[field]

    with pytest.raises(ValueError, match=f"frankfurt_7.png: .* the field '{field}'"):
        DepthErrorMetric().process({}, [sample])


def test_nan_prediction_names_the_image():
    sample = make_sample(torch.full((1, 2, 2), math.nan), torch.ones(1, 2, 2), 'frankfurt_7')

    with pytest.raises(ValueError, match='frankfurt_7.png: depth: The prediction has 4 values'):
        DepthErrorMetric().process({}, [sample])


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (dict(average='image'), "average: .* found 'image'"),
        (dict(task='seg'), "task: .* found 'seg'"),
        (dict(task='normal'), "task: .* 1 channels .* found 'normal', which has 3"),
        (dict(task='flow'), "Unknown task 'flow'"),
        (dict(min_value=2, max_value=1), 'min_value: .* found 2 and 1'),
        (dict(min_value=2, max_value=2), 'min_value: .* found 2 and 2'),
        (dict(metrics=['abs_rel']), r"metrics: .* found \['abs_rel'\]"),
        (dict(crop='nyu'), "crop: .* found 'nyu'"),
        (dict(format_only=True), 'output_dir'),
    ],
)
def test_mistakes_in_the_config(arguments, message):
    with pytest.raises(ValueError, match=message):
        DepthErrorMetric(**arguments).dataset_meta = {}  # as an evaluator sets it


def test_chosen_metrics_are_reported_in_their_order():
    pairs = make_pairs(3)
    metric = DepthErrorMetric(metrics=['d1', 'silog', 'abs_err'])
    feed(metric, pairs, batch_size=2)
    found = metric.evaluate(3)

    assert list(found) == ['depth/d1', 'depth/silog', 'depth/abs_err']
    assert metric.reported_names == ('d1', 'silog', 'abs_err')
    label, prediction = (torch.cat([pair[n].flatten() for pair in pairs]) for n in (1, 0))
    valid = label > 0
    d = (prediction[valid].double().log() - label[valid].double().log()).numpy()
    assert found['depth/silog'] == pytest.approx(100 * np.std(d), rel=1e-9)


def test_default_metrics_are_the_six_of_before():
    assert DepthErrorMetric().reported_names == ('abs_err', 'rel_err', 'rmse', 'd1', 'd2', 'd3')


@pytest.mark.parametrize(('crop', 'counted'), [('eigen', 58 * 929), ('garg', 59 * 929)])
def test_pixels_outside_of_the_crop_do_not_count(crop, counted):
    label = torch.ones(1, 100, 1000)
    prediction = torch.full_like(label, 9.0)
    first, end = (33, 91) if crop == 'eigen' else (40, 99)
    prediction[:, first:end, 35:964] = 3
    metric = DepthErrorMetric(crop=crop)
    feed(metric, [(prediction, label)], batch_size=1)

    assert metric.results[0].sums.num_valid == counted
    assert metric.evaluate(1)['depth/abs_err'] == 2


def test_a_crop_of_another_size_names_the_image():
    metric = DepthErrorMetric(crop='eigen_nyu')
    with pytest.raises(ValueError, match=r'i0.png: depth: crop: .* 480x640 .* found one of 4x4'):
        feed(metric, [(torch.ones(1, 4, 4), torch.ones(1, 4, 4))], batch_size=1)


def test_a_logarithm_that_does_not_exist_names_the_image():
    pair = (torch.zeros(1, 2, 2), torch.ones(1, 2, 2))
    with pytest.raises(ValueError, match='i0.png: depth: silog: expected positive predictions'):
        feed(DepthErrorMetric(metrics=['rmse', 'silog']), [pair], batch_size=1)
    metric = DepthErrorMetric(metrics=['log10'], min_value=0.1)
    feed(metric, [pair], batch_size=1)
    assert metric.evaluate(1)['depth/log10'] == pytest.approx(1)


def saliency_sample(prediction, label):
    sample = SegDataSample(metainfo=dict(img_path='a.png'))
    sample.pred_saliency = PixelData(data=torch.tensor([[prediction]]))
    sample.gt_saliency = PixelData(data=torch.tensor([[label]]))
    return sample.to_dict()


def test_which_labels_count_says_the_task_of_the_data_set():
    metric = DepthErrorMetric(task='saliency')
    metric.dataset_meta = dict(tasks=dict(saliency=dict(type='ScalarTask')))
    metric.process({}, [saliency_sample([0.5, 0.5, 0.5], [0.0, 1.0, math.nan])])
    found = metric.evaluate(1)
    assert found['saliency/abs_err'] == 0.5
    assert found['saliency/rel_err'] == 0.5  # of the label 1 alone

    metric.dataset_meta = dict(tasks=dict(saliency=dict(type='ScalarTask', invalid=1.0)))
    metric.process({}, [saliency_sample([0.5, 0.75], [1.0, 0.5])])
    assert metric.evaluate(1)['saliency/abs_err'] == 0.25


@pytest.mark.parametrize('average', ['dataset', 'batch'])
def test_batches_without_a_positive_label_have_no_ratio(average):
    metric = DepthErrorMetric(task='saliency', average=average)
    metric.dataset_meta = dict(tasks=dict(saliency=dict(type='ScalarTask')))
    metric.process({}, [saliency_sample([0.5], [0.0])])
    metric.process({}, [saliency_sample([3.0], [2.0])])
    found = metric.evaluate(2)
    assert found['saliency/abs_err'] == 0.75
    assert found['saliency/rel_err'] == 0.5
