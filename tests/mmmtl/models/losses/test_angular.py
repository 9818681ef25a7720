import math

import numpy as np
import pytest
import torch

from mmmtl.models.losses import AngularLoss
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels

ALL = torch.ones(1, 1, 1, 4, dtype=torch.bool)


def test_hand_computed_angles():
    # 0, 60, 90 and 180 degrees to the right, of vectors of any length.
    prediction = pixels([2, 0.5, 0, -3], [0, math.sqrt(0.75), 0, 0], [0, 0, 5, 0])
    label = pixels([1.0] * 4, [0.0] * 4, [0.0] * 4)
    loss = AngularLoss()(prediction, label, ALL)
    assert loss.item() == pytest.approx(math.pi * (0 + 1 / 3 + 1 / 2 + 1) / 4)


def test_it_is_the_arc_cosine():
    prediction, label, valid = loss_batch(3)
    a, b = prediction.numpy(), label.numpy()
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    expected = np.arccos(cosine)[valid[:, 0].numpy()].mean()
    assert AngularLoss()(prediction, label, valid).item() == pytest.approx(expected)


def test_gradients():
    assert_gradients(AngularLoss(), *loss_batch(3))


@pytest.mark.parametrize('length', [1e-6, 1.0, 1e6])
def test_the_gradient_of_an_angle_has_length_1_however_small_it_is(length):
    label = pixels([0.0], [0.0], [1.0]).float()
    for angle in (1e-4, 0.5, math.pi - 0.01):
        direction = pixels([math.sin(angle)], [0.0], [math.cos(angle)]).float()
        prediction = (direction * length).requires_grad_()
        loss = AngularLoss()(prediction, label, ALL[..., :1])
        assert loss.item() == pytest.approx(angle, rel=1e-4)
        loss.backward()
        assert prediction.grad.norm().item() * length == pytest.approx(1, rel=1e-3)


def test_a_vector_without_direction_has_a_gradient_of_zero():
    prediction = pixels([0.0], [0.0], [0.0]).requires_grad_()
    AngularLoss()(prediction, pixels([0.0], [0.0], [1.0]), ALL[..., :1]).backward()
    assert prediction.grad.flatten().tolist() == [0, 0, 0]
