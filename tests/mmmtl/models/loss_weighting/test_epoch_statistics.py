import numpy as np
import pytest
import torch

from mmmtl.models.loss_weighting import EpochStatistics


def scalars(**values):
    return {task: torch.tensor(float(value)) for task, value in values.items()}


def filled(batches, tasks=('seg', 'depth')):
    statistics = EpochStatistics(tasks)
    for values, images in batches:
        statistics.add(scalars(**values), scalars(**images))
    return statistics


def test_a_batch_counts_as_often_as_it_has_images():
    statistics = filled(
        [(dict(seg=1, depth=5), dict(seg=8, depth=2)), (dict(seg=4, depth=1), dict(seg=1, depth=2))]
    )
    assert statistics.mean.tolist() == pytest.approx([12 / 9, 3])
    # 8 times (1 - 4/3)^2 and once (4 - 4/3)^2; twice 2^2 and twice 2^2
    assert statistics.variance.tolist() == pytest.approx([(8 / 9 + 64 / 9) / 9, 4])
    assert statistics.images.tolist() == [9, 4]


def test_tasks_without_labels():
    statistics = filled([(dict(seg=3), dict(seg=2))])
    assert statistics.seen.tolist() == [True, False]
    assert statistics.mean.tolist() == [3, 0]
    assert statistics.variance.tolist() == [0, 0]


def test_small_variances_of_large_numbers():
    rng = np.random.default_rng(0)
    values = 1e6 + rng.normal(0, 1e-3, 500)
    images = rng.integers(1, 9, 500)
    statistics = EpochStatistics(['seg'])
    for value, count in zip(values, images, strict=True):
        value = torch.tensor(value, dtype=torch.float64)
        statistics.add(dict(seg=value), dict(seg=torch.tensor(float(count))))
    mean = np.average(values, weights=images)
    expected = np.average((values - mean) ** 2, weights=images)
    assert statistics.mean.item() == pytest.approx(mean, rel=1e-14)
    assert statistics.variance.item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_a_number_that_is_not_finite_makes_the_mean_so(bad):
    statistics = filled([(dict(seg=3, depth=1), dict(seg=2, depth=2))])
    statistics.add(scalars(seg=1, depth=bad), scalars(seg=2, depth=2))
    statistics.add(scalars(seg=2, depth=1), scalars(seg=4, depth=2))
    assert statistics.mean[0] == 2
    assert not statistics.mean[1].isfinite()


def test_reset_and_state():
    statistics = filled([(dict(seg=3), dict(seg=2))])
    assert list(statistics.state_dict()) == ['images', 'mean', 'squares']
    statistics.reset()
    assert all((value == 0).all() for value in statistics.state_dict().values())
