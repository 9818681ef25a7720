"""What metrics that keep sums share, on one that averages the numbers of labels."""

import math
from dataclasses import dataclass

import pytest
import torch

from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric, ErrorShare


@dataclass
class Sums:
    num_valid: int = 0
    total: float = 0.0

    def __iadd__(self, other):
        self.num_valid += other.num_valid
        self.total += other.total
        return self


class MeanLabel(AccumulatedMetric):
    """The mean label, and the mean of batches in which it is large."""

    sums_type = Sums

    def __init__(self, average='dataset'):
        super().__init__('depth', average, None, False, 'cpu', None)

    def image_sums(self, prediction, label):
        return Sums(label.numel(), float(label.sum()))

    def finalise(self, sums):
        mean = sums.total / sums.num_valid if sums.num_valid else math.nan
        return dict(mean=mean, large=mean if mean > 10 else math.nan)


def batch_of(*labels):
    maps = [torch.tensor([[label]]) for label in labels]
    return [dict(pred_depth_map=dict(data=m), gt_depth_map=dict(data=m)) for m in maps]


def share_of(metric, *batches):
    """What a process that saw these batches would hand over."""
    for batch in batches:
        metric.process({}, batch_of(*batch))
    share, metric._share = metric._share, metric._empty_share()
    return share


def test_all_images_count_and_are_forgotten():
    metric = MeanLabel()
    metric.process({}, batch_of([1.0, 2.0], [3.0]))
    metric.process({}, batch_of([6.0]))
    assert metric.evaluate(3)['depth/mean'] == 3
    metric.process({}, batch_of([5.0]))
    assert metric.evaluate(1)['depth/mean'] == 5


def test_only_the_last_batch_is_kept_image_by_image():
    metric = MeanLabel()
    for _ in range(5):
        metric.process({}, batch_of([1.0], [2.0]))
    assert metric._share.whole == Sums(8, 12.0)
    assert metric._share.last_batch == [Sums(1, 1.0), Sums(1, 2.0)]
    assert metric.results == []


def test_batches_count_for_what_they_have():
    metric = MeanLabel('batch')
    for batch in ([[2.0, 4.0]], [[20.0], [40.0]], [[]]):
        metric.process({}, batch_of(*batch))
    assert metric.evaluate(4) == {'depth/mean': (3 + 30) / 2, 'depth/large': 30}


def test_what_no_batch_has_is_nan():
    metric = MeanLabel('batch')
    metric.process({}, batch_of([1.0]))
    found = metric.evaluate(1)
    assert found['depth/mean'] == 1
    assert math.isnan(found['depth/large'])


@pytest.mark.parametrize('average', ['dataset', 'batch'])
def test_repeated_images_of_several_processes_are_dropped(average):
    # five images on two processes: the sampler repeats the first one at the end of the second
    metric = MeanLabel(average)
    shares = [share_of(metric, [[1.0], [3.0]], [[5.0]]), share_of(metric, [[2.0], [4.0]], [[1.0]])]
    metric._size = 5
    found = metric.compute_metrics(shares)
    assert found['mean'] == (3 if average == 'dataset' else (2 + 5 + 3) / 3)


def test_too_many_images_are_an_error():
    metric = MeanLabel()
    metric._size = 1
    with pytest.raises(ValueError, match='Expected 1 images, .* each of 2 processes, found 4'):
        metric.compute_metrics([share_of(metric, [[1.0], [2.0]]), share_of(metric, [[1.0], [2.0]])])


def test_a_share_of_nothing():
    assert ErrorShare(Sums()).last_batch == []
    assert math.isnan(MeanLabel().evaluate(0)['depth/mean'])
