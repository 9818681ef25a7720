import math

import numpy as np
import pytest
import torch
from mmseg.registry import METRICS

from mmmtl.evaluation.functional import binary_score_sums, finalise_binary_scores
from mmmtl.evaluation.metrics import BinaryMetric

METAINFO = dict(tasks=dict(edge=dict(type='BinaryTask'), seg=dict(type='ClassTask')))


def make_metric(**options):
    metric = METRICS.build(dict(type='BinaryMetric', **{'task': 'edge', **options}))
    metric.dataset_meta = METAINFO
    return metric


def make_pair(seed):
    generator = torch.Generator().manual_seed(seed)
    shape = (1, 6 + seed, 7)
    label = (torch.rand(shape, generator=generator) < 0.3).float()
    prediction = (0.5 * label + 0.6 * torch.rand(shape, generator=generator)).clamp(max=1)
    label[torch.rand(shape, generator=generator) < 0.2] = 255
    return prediction, label


def make_sample(prediction, label, name='a'):
    return dict(
        img_path=f'/images/{name}.png', pred_edge=dict(data=prediction), gt_edge=dict(data=label)
    )


def plain(pairs, **options):
    """Scores of all pixels at once; the scores themselves are checked in functional/."""
    prediction = torch.cat([p.flatten() for p, _ in pairs])
    label = torch.cat([y.flatten() for _, y in pairs])
    scores = finalise_binary_scores(binary_score_sums(prediction, label, label != 255), **options)
    return {f'edge/{key}': value for key, value in scores.items()}


@pytest.mark.parametrize('batch_size', [1, 2, 5])
def test_scores_of_the_set_are_those_of_all_pixels(batch_size):
    pairs = [make_pair(seed) for seed in range(5)]
    metric = make_metric()
    for start in range(0, 5, batch_size):
        metric.process({}, [make_sample(*pair) for pair in pairs[start : start + batch_size]])
    found = metric.evaluate(5)
    assert list(found) == ['edge/maxF', 'edge/AP', 'edge/IoU', 'edge/MAE']
    assert found == pytest.approx(plain(pairs), rel=1e-12)


def test_options_reach_the_scores():
    pairs = [make_pair(0)]
    metric = make_metric(beta_squared=0.3, thresholds=[0.75, 0.9])
    metric.process({}, [make_sample(*pairs[0])])
    found = metric.evaluate(1)
    assert found == pytest.approx(plain(pairs, beta_squared=0.3, thresholds=[0.75, 0.9]))
    assert found['edge/maxF'] != pytest.approx(plain(pairs)['edge/maxF'])


def test_average_over_batches_leaves_out_what_a_batch_does_not_have():
    pairs = [make_pair(0), make_pair(1)]
    no_edge = (torch.full((1, 2, 2), 0.25), torch.zeros(1, 2, 2))
    no_label = (torch.ones(1, 2, 2), torch.full((1, 2, 2), 255.0))
    metric = make_metric(average='batch')
    for pair in (pairs[0], no_edge, no_label, pairs[1]):
        metric.process({}, [make_sample(*pair)])
    found = metric.evaluate(4)

    first, second = plain(pairs[:1]), plain(pairs[1:])
    for key in ('edge/maxF', 'edge/AP', 'edge/IoU'):
        assert found[key] == pytest.approx((first[key] + second[key]) / 2)
    assert found['edge/MAE'] == pytest.approx((first['edge/MAE'] + second['edge/MAE'] + 0.25) / 3)


def test_images_without_a_valid_pixel_change_nothing():
    pairs = [make_pair(0)]
    metric = make_metric()
    metric.process({}, [make_sample(torch.ones(1, 2, 2), torch.full((1, 2, 2), 255.0))])
    metric.process({}, [make_sample(*pairs[0])])
    assert metric.evaluate(2) == plain(pairs)


def test_set_without_a_valid_pixel_is_nan():
    metric = make_metric()
    metric.process({}, [make_sample(torch.ones(1, 2, 2), torch.full((1, 2, 2), 255.0))])
    assert all(math.isnan(value) for value in metric.evaluate(1).values())


def test_predictions_are_written(tmp_path):
    metric = make_metric(output_dir=str(tmp_path))
    prediction, label = make_pair(0)
    metric.process({}, [make_sample(prediction, label, 'd')])
    np.testing.assert_array_equal(np.load(tmp_path / 'd.npy'), prediction[0].numpy())
    assert metric.evaluate(1)['edge/AP'] > 0


def test_what_is_no_probability_names_the_image():
    with pytest.raises(ValueError, match='a.png: edge: Expected probabilities from 0 to 1'):
        make_metric().process({}, [make_sample(torch.full((1, 1, 1), 2.0), torch.ones(1, 1, 1))])


def test_missing_field_names_the_image():
    sample = make_sample(*make_pair(0))
    del sample['gt_edge']
    with pytest.raises(ValueError, match="a.png: BinaryMetric expected the field 'gt_edge'"):
        make_metric().process({}, [sample])


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(task='crack'), "Unknown task 'crack'"),
        (dict(task='seg'), "a task of numbers for BinaryMetric, found 'seg'"),
        (dict(task='normal'), "a BinaryTask for BinaryMetric, found 'normal', a Di"),
        (dict(beta_squared=0), 'beta_squared: expected a positive number, found 0'),
        (dict(thresholds=[]), r'thresholds: .* found \[\]'),
        (dict(thresholds=[0.5, 1.5]), r'thresholds: .* found \[0.5, 1.5\]'),
        (dict(average='image'), "average: .* found 'image'"),
        (dict(format_only=True), 'output_dir'),
    ],
)
def test_mistakes_in_the_config(options, message):
    with pytest.raises(ValueError, match=message):
        make_metric(**options)


def test_results_do_not_grow_with_the_images():
    metric = BinaryMetric('edge')
    metric.dataset_meta = METAINFO
    for seed in range(4):
        metric.process({}, [make_sample(*make_pair(seed))])
    assert metric.results == []


def test_one_number_that_is_no_probability():
    heights = dict(tasks=dict(height=dict(type='ScalarTask')))
    with pytest.raises(ValueError, match="a BinaryTask .* found 'height', a ScalarTask"):
        BinaryMetric(task='height').dataset_meta = heights
