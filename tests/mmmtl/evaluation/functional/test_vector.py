import math

import numpy as np
import pytest
import torch

from mmmtl.evaluation.functional import (
    VECTOR_METRICS,
    VectorErrorSums,
    finalise_vector_errors,
    vector_error_sums,
)
from mmmtl.tasks import VectorTask

FLOW = VectorTask(name='flow', channels=2)


def sums_of(prediction, label, task=FLOW):
    return vector_error_sums(prediction, label, task.valid_mask(label)[0])


def test_errors_of_hand_computed_pixels():
    label = torch.tensor([[0.0, 1.0, math.nan], [0.0, 1.0, 5.0]]).view(2, 1, 3)
    prediction = torch.tensor([[3.0, 1.0, 9.0], [4.0, 2.0, 9.0]]).view(2, 1, 3)
    sums = sums_of(prediction, label)
    metrics = finalise_vector_errors(sums)

    assert sums.num_valid == 2
    assert tuple(metrics) == VECTOR_METRICS == ('abs_err', 'rmse', 'epe')
    assert metrics['abs_err'] == (3 + 4 + 0 + 1) / 4
    assert metrics['rmse'] == pytest.approx(math.sqrt((9 + 16 + 0 + 1) / 4))
    assert metrics['epe'] == (5 + 1) / 2


def test_random_vectors_against_plain_numpy():
    rng = np.random.default_rng(0)
    prediction, label = rng.normal(size=(2, 3, 8, 9))
    label[:, rng.random((8, 9)) < 0.3] = -1
    task = VectorTask(name='albedo', channels=3, invalid=-1)
    metrics = finalise_vector_errors(
        sums_of(torch.from_numpy(prediction), torch.from_numpy(label), task)
    )

    valid = (label != -1).any(axis=0)
    error = prediction[:, valid] - label[:, valid]
    assert metrics == pytest.approx(
        dict(
            abs_err=np.abs(error).mean(),
            rmse=np.sqrt((error**2).mean()),
            epe=np.linalg.norm(error, axis=0).mean(),
        )
    )


def test_zeros_are_labels():
    sums = sums_of(torch.ones(2, 1, 1), torch.zeros(2, 1, 1))
    assert (sums.num_valid, sums.channels, sums.abs_err) == (1, 2, 2)


def test_sums_of_images_add_up():
    maps = [torch.rand(2, 2, 4, 5, generator=torch.Generator().manual_seed(n)) for n in (0, 1)]
    total = VectorErrorSums()
    for prediction, label in maps:
        total += sums_of(prediction, label)
    joined = sums_of(*torch.cat(maps, dim=-1))
    assert finalise_vector_errors(total) == pytest.approx(finalise_vector_errors(joined))


def test_no_valid_pixel_gives_nan():
    sums = sums_of(torch.ones(2, 1, 2), torch.full((2, 1, 2), math.nan))
    assert sums.num_valid == 0
    assert all(math.isnan(value) for value in finalise_vector_errors(sums).values())
    assert all(math.isnan(value) for value in finalise_vector_errors(VectorErrorSums()).values())


@pytest.mark.parametrize(
    ('prediction', 'label', 'message'),
    [
        (torch.ones(2, 2, 2), torch.ones(2, 2, 3), r'one shape \(C, H, W\), found'),
        (torch.ones(2, 2), torch.ones(2, 2), r'one shape \(C, H, W\), found'),
        (torch.full((2, 1, 1), math.nan), torch.ones(2, 1, 1), 'The prediction has 2 values'),
        (torch.ones(2, 1, 1), torch.full((2, 1, 1), math.inf), 'The label has 2 values'),
    ],
)
def test_mistakes(prediction, label, message):
    with pytest.raises(ValueError, match=message):
        vector_error_sums(prediction, label, torch.ones(label.shape[-2:]) > 0)
