import math

import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.losses import ClassProbabilityLoss
from tests.utils.errors import error_of
from tests.utils.loss_batches import assert_gradients, loss_batch, pixels

SHARES = pixels([0.5, 0.2, 0.9], [0.25, 0.2, 0.05], [0.25, 0.6, 0.05])
LABEL = pixels([1, 0, 0], [0, 0, 1], [0, 1, 0])
VALID = pixels([1, 1, 0]).bool()


def test_by_hand():
    found = ClassProbabilityLoss()(SHARES.log(), LABEL, VALID)
    assert found.item() == pytest.approx((-math.log(0.5) - math.log(0.6)) / 2)


def test_smoothing_by_hand():
    found = ClassProbabilityLoss(label_smoothing=0.3)(SHARES.log(), LABEL, VALID)
    first = -(0.8 * math.log(0.5) + 0.2 * math.log(0.25))
    second = -(0.8 * math.log(0.6) + 0.2 * math.log(0.2))
    assert found.item() == pytest.approx((first + second) / 2)


def test_weights_do_not_cancel_in_a_batch_of_one():
    loss = ClassProbabilityLoss(class_weight=[3, 1, 2])
    found = loss(SHARES[..., :1].log(), LABEL[..., :1], VALID[..., :1])
    assert found.item() == pytest.approx(-3 * math.log(0.5))
    assert loss.class_weight == [3, 1, 2]


def test_it_is_torch_s_cross_entropy_of_ids():
    prediction, label, _ = loss_batch(4, 'classes')
    valid = torch.ones_like(prediction[:, :1], dtype=torch.bool)
    expected = F.cross_entropy(prediction, label.argmax(dim=1), label_smoothing=0.1)
    found = ClassProbabilityLoss(label_smoothing=0.1)(prediction, label, valid)
    torch.testing.assert_close(found, expected)


def test_gradients():
    loss = ClassProbabilityLoss(label_smoothing=0.1, class_weight=[1, 2, 3])
    assert_gradients(loss, *loss_batch(3, 'classes'))


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (dict(label_smoothing=1.5), 'label_smoothing: expected a number from 0 to 1, found 1.5.'),
        (dict(label_smoothing='0.1'), 'expected a number from 0 to 1'),
        (dict(class_weight=[1, -1]), 'class_weight: expected a number of at least 0'),
        (dict(class_weight=2.0), 'class_weight: expected a number of at least 0 for each class'),
        (dict(class_weight=[1, math.nan]), 'class_weight'),
    ],
)
def test_wrong_arguments_are_named(settings, message):
    assert message in error_of(ClassProbabilityLoss, **settings)
