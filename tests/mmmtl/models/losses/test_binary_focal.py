import math

import numpy as np
import pytest
import torch

from mmmtl.models.losses import BinaryFocalLoss
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels

ALL = torch.ones(1, 1, 1, 2, dtype=torch.bool)


def test_hand_computed_pixels():
    # p_t = 3/4 of a pixel of 1 and 1/4 of a pixel of 0.
    logits, label = pixels([math.log(3), math.log(3)]), pixels([1.0, 0.0])
    expected = -(0.25 * 0.25**2 * math.log(0.75) + 0.75 * 0.75**2 * math.log(0.25)) / 2
    assert BinaryFocalLoss()(logits, label, ALL).item() == pytest.approx(expected)


@pytest.mark.parametrize(('gamma', 'alpha'), [(0, 0.5), (0.5, 0.25), (2, 0.25), (5, 1)])
def test_it_agrees_with_numpy(gamma, alpha):
    prediction, label, valid = loss_batch(1, 'mask')
    x, y = prediction.numpy()[valid.numpy()], label.numpy()[valid.numpy()]
    p = 1 / (1 + np.exp(-x))
    p_t, alpha_t = np.where(y == 1, p, 1 - p), np.where(y == 1, alpha, 1 - alpha)
    expected = (-alpha_t * (1 - p_t) ** gamma * np.log(p_t)).mean()
    assert BinaryFocalLoss(gamma, alpha)(prediction, label, valid).item() == pytest.approx(expected)


@pytest.mark.parametrize('gamma', [0.0, 0.5, 2.0])
def test_gradients(gamma):
    assert_gradients(BinaryFocalLoss(gamma), *loss_batch(1, 'mask'))


@pytest.mark.parametrize('gamma', [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize('logit', [-200.0, -20.0, 20.0, 200.0])
def test_large_logits_have_finite_gradients(gamma, logit):
    logits = torch.full((1, 1, 1, 2), logit, requires_grad=True)
    BinaryFocalLoss(gamma)(logits, pixels([1.0, 0.0]).float(), ALL).backward()
    assert logits.grad.isfinite().all()
    wrong = 0 if logit < 0 else 1
    assert logits.grad.flatten()[wrong] != 0


@pytest.mark.parametrize('settings', [dict(gamma=-1.0), dict(alpha=1.5), dict(alpha=-0.5)])
def test_wrong_numbers_are_named(settings):
    with pytest.raises(ValueError, match='gamma') as raised:
        BinaryFocalLoss(**settings)
    found = {'gamma': 2.0, 'alpha': 0.25} | settings
    assert str(raised.value) == (
        'gamma, alpha: expected gamma >= 0 and alpha from 0 to 1, '
        f'found {found["gamma"]}, {found["alpha"]}.'
    )
