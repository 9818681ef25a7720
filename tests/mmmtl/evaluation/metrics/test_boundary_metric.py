import math

import numpy as np
import pytest
import torch
from mmseg.registry import METRICS

from mmmtl.evaluation.functional import (
    BoundaryScoreSums,
    boundary_score_sums,
    finalise_boundary_scores,
)
from mmmtl.evaluation.metrics import BoundaryMetric

METAINFO = dict(tasks=dict(edge=dict(type='BoundaryTask'), depth=dict(type='ScalarTask')))


def make_metric(**options):
    metric = METRICS.build(dict(type='BoundaryMetric', **{'task': 'edge', 'workers': 0, **options}))
    metric.dataset_meta = METAINFO
    return metric


def make_pair(seed, annotators=1):
    generator = torch.Generator().manual_seed(seed)
    shape = (20 + seed, 24)
    label = (torch.rand((annotators, *shape), generator=generator) < 0.1).float()
    prediction = (0.5 * label[:1] + 0.5 * torch.rand((1, *shape), generator=generator)).clamp(max=1)
    return prediction, label


def make_sample(prediction, label, name='a'):
    return dict(
        img_path=f'/images/{name}.png', pred_edge=dict(data=prediction), gt_edge=dict(data=label)
    )


def plain(pairs, **options):
    sums = BoundaryScoreSums()
    for prediction, label in pairs:
        sums += boundary_score_sums(prediction[0].numpy(), label.numpy(), **options)
    return {f'edge/{key}': value for key, value in finalise_boundary_scores(sums).items()}


@pytest.mark.parametrize('batch_size', [1, 2, 5])
def test_scores_of_the_set_are_those_of_the_sums(batch_size):
    pairs = [make_pair(seed, 1 + seed % 3) for seed in range(5)]
    metric = make_metric()
    for start in range(0, 5, batch_size):
        metric.process({}, [make_sample(*pair) for pair in pairs[start : start + batch_size]])
    found = metric.evaluate(5)
    assert list(found) == ['edge/odsF', 'edge/oisF', 'edge/AP']
    assert found == plain(pairs)


def test_workers_give_the_same_and_a_second_evaluation_starts_afresh():
    pairs = [make_pair(seed) for seed in range(5)]
    metric = make_metric(workers=1)
    for _ in range(2):
        for pair in pairs:
            metric.process({}, [make_sample(*pair)])
        assert metric.evaluate(5) == plain(pairs)


def test_what_a_worker_refuses_is_said_and_the_metric_can_go_on():
    metric = make_metric(workers=1)
    metric.process({}, [make_sample(torch.full((1, 2, 2), 2.0), torch.ones(1, 2, 2))])
    with pytest.raises(ValueError, match='probabilities from 0 to 1, found 2'):
        metric.evaluate(1)


def test_options_reach_the_scores():
    pairs = [make_pair(0)]
    options = dict(max_dist=0.05, thresholds=[0.3, 0.7], suppress=False, thin_labels=False)
    metric = make_metric(**options)
    metric.process({}, [make_sample(*pairs[0])])
    found = metric.evaluate(1)
    assert found == plain(pairs, **options)
    assert found != plain(pairs)


def test_images_without_a_label_change_nothing():
    pairs = [make_pair(0)]
    metric = make_metric()
    metric.process({}, [make_sample(torch.ones(1, 2, 2), torch.full((1, 2, 2), 255.0))])
    metric.process({}, [make_sample(*pairs[0])])
    assert metric.evaluate(2) == plain(pairs)
    metric.process({}, [make_sample(torch.ones(1, 2, 2), torch.full((1, 2, 2), 255.0))])
    assert all(math.isnan(value) for value in metric.evaluate(1).values())


def test_average_over_batches():
    pairs = [make_pair(0), make_pair(1)]
    metric = make_metric(average='batch')
    for pair in pairs:
        metric.process({}, [make_sample(*pair)])
    found = metric.evaluate(2)
    first, second = plain(pairs[:1]), plain(pairs[1:])
    assert found == pytest.approx({key: (first[key] + second[key]) / 2 for key in first})


def test_files_alone(tmp_path):
    metric = make_metric(output_dir=str(tmp_path), format_only=True)
    prediction, _ = make_pair(0)
    metric.process({}, [dict(img_path='b.png', pred_edge=dict(data=prediction))])
    assert metric.evaluate(1) == {}
    np.testing.assert_array_equal(np.load(tmp_path / 'b.npy'), prediction[0].numpy())


def test_what_is_no_probability_names_the_image():
    with pytest.raises(ValueError, match='a.png: edge: Expected probabilities from 0 to 1'):
        make_metric().process({}, [make_sample(torch.full((1, 1, 1), 2.0), torch.ones(1, 1, 1))])


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(task='depth'), "a BinaryTask for BoundaryMetric, found 'depth', a ScalarTask"),
        (dict(max_dist=-0.1), 'max_dist: .* found -0.1'),
        (dict(thresholds=[]), r'thresholds: .* found \[\]'),
        (dict(thresholds=[0, 0.5]), r'thresholds: .* found \[0, 0.5\]'),
        (dict(workers=-1), 'workers: .* found -1'),
        (dict(average='image'), "average: .* found 'image'"),
    ],
)
def test_mistakes_in_the_config(options, message):
    with pytest.raises(ValueError, match=message):
        make_metric(**options)


def test_binary_tasks_have_boundaries_too():
    metric = BoundaryMetric('edge', workers=0)
    metric.dataset_meta = dict(tasks=dict(edge=dict(type='BinaryTask')))
    metric.process({}, [make_sample(*make_pair(0))])
    assert metric.evaluate(1) == plain([make_pair(0)])
