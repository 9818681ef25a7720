import math

import numpy as np
import pytest
import torch

from mmmtl.models.losses import BinaryCrossEntropyLoss, balanced_binary_cross_entropy
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels

ALL = torch.ones(1, 1, 1, 4, dtype=torch.bool)


def test_the_few_pixels_of_an_edge_count_as_much_as_all_others():
    # One of four pixels is 1: it weighs 3/4, the others 1/4. sigmoid(ln 3) = 3/4.
    logits, label = pixels([math.log(3), 0, 0, math.log(3)]), pixels([1.0, 0, 0, 0])
    expected = -(0.75 * math.log(0.75) + 0.25 * (2 * math.log(0.5) + math.log(0.25))) / 4
    assert BinaryCrossEntropyLoss()(logits, label, ALL).item() == pytest.approx(expected)


def test_a_weight_can_be_chosen():
    logits, label = pixels([math.log(3), 0, 0, math.log(3)]), pixels([1.0, 0, 0, 0])
    expected = -(0.9 * math.log(0.75) + 0.1 * (2 * math.log(0.5) + math.log(0.25))) / 4
    loss = BinaryCrossEntropyLoss(positive_weight=0.9)
    assert loss(logits, label, ALL).item() == pytest.approx(expected)


@pytest.mark.parametrize('weight', [None, 0.0, 0.5, 0.95, 1.0])
def test_it_agrees_with_numpy(weight):
    prediction, label, valid = loss_batch(1, 'mask')
    x, y = prediction.numpy()[valid.numpy()], label.numpy()[valid.numpy()]
    probability = 1 / (1 + np.exp(-x))
    w = (y == 0).mean() if weight is None else weight
    expected = -(w * y * np.log(probability) + (1 - w) * (1 - y) * np.log(1 - probability)).mean()
    found = balanced_binary_cross_entropy(prediction, label, valid, weight)
    assert found.item() == pytest.approx(expected)


def test_half_of_the_plain_entropy_where_all_pixels_count_alike():
    prediction, label, valid = loss_batch(1, 'mask')
    plain = torch.nn.functional.binary_cross_entropy_with_logits(prediction[valid], label[valid])
    found = BinaryCrossEntropyLoss(positive_weight=0.5)(prediction, label, valid)
    torch.testing.assert_close(found, plain / 2)


def test_labels_may_be_probabilities():
    logits, label = pixels([0.0, 0, 0, 0]), pixels([0.25, 0.25, 0.25, 0.25])
    expected = (0.75 * 0.25 + 0.25 * 0.75) * math.log(2)  # balanced: 3/4 of it is 0
    assert BinaryCrossEntropyLoss()(logits, label, ALL).item() == pytest.approx(expected)


@pytest.mark.parametrize('weight', [None, 0.9])
def test_gradients(weight):
    assert_gradients(BinaryCrossEntropyLoss(weight), *loss_batch(1, 'mask'))


@pytest.mark.parametrize('weight', [-0.1, 1.1])
def test_a_wrong_weight_is_named(weight):
    with pytest.raises(ValueError, match='positive_weight') as raised:
        BinaryCrossEntropyLoss(positive_weight=weight)
    assert str(raised.value) == f'positive_weight: expected a number from 0 to 1, found {weight}.'
