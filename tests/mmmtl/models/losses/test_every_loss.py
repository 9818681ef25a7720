"""What every loss over valid pixels keeps, whatever it computes."""

import math

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models import losses
from tests.utils.loss_batches import loss_batch

KINDS = {
    'AngularLoss': (3, 'numbers'),
    'BerHuLoss': (2, 'numbers'),
    'BinaryCrossEntropyLoss': (1, 'mask'),
    'BinaryDiceLoss': (1, 'mask'),
    'BinaryFocalLoss': (1, 'mask'),
    'ClassProbabilityLoss': (3, 'classes'),
    'EndPointLoss': (2, 'numbers'),
    'GradientMatchingLoss': (2, 'numbers'),
    'MaskedCosineLoss': (3, 'numbers'),
    'MaskedL1Loss': (2, 'numbers'),
    'MaskedL2Loss': (2, 'numbers'),
    'MaskedSmoothL1Loss': (2, 'numbers'),
    'SILogLoss': (1, 'positive'),
}
IN_LOGARITHMS = ('BerHuLoss', 'GradientMatchingLoss', 'MaskedL1Loss', 'MaskedL2Loss',
                 'MaskedSmoothL1Loss')  # fmt: skip


def variants():
    for name, batch in KINDS.items():
        yield pytest.param(dict(type=name), batch, id=name)
    for name in IN_LOGARITHMS:
        settings = dict(type=name, log_space=True)
        yield pytest.param(settings, (1, 'positive'), id=f'{name}-log')
    yield pytest.param(dict(type='BinaryFocalLoss', gamma=0.5), (1, 'mask'), id='focal-0.5')
    weighted = dict(type='ClassProbabilityLoss', class_weight=[1, 2, 0.5])
    yield pytest.param(weighted, (3, 'classes'), id='class-weight')
    yield pytest.param(
        dict(type='BinaryCrossEntropyLoss', positive_weight=0.9), (1, 'mask'), id='bce-0.9'
    )


each = pytest.mark.parametrize(('settings', 'batch'), list(variants()))


def value_and_gradient(loss, prediction, label, valid):
    prediction = prediction.clone().requires_grad_()
    value = loss(prediction, label, valid)
    value.backward()
    return value.detach(), prediction.grad


def test_none_is_forgotten():
    found = {name for name in losses.__all__ if name.endswith('Loss')} - {'MapLoss', 'PixelLoss'}
    assert found == set(KINDS)


@each
@pytest.mark.parametrize('other', [math.nan, math.inf, -math.inf, 3e38, -1e30, 0.0])
def test_pixels_without_a_label_leave_no_trace(settings, batch, other):
    loss = MODELS.build(settings)
    prediction, label, valid = loss_batch(*batch)
    prediction, label = prediction.float(), label.float()
    expected, gradient = value_and_gradient(loss, prediction, label, valid)
    assert expected > 0
    assert gradient[valid.expand_as(gradient)].any()
    for changed_prediction, changed_label in [
        (prediction, label.masked_fill(~valid, other)),
        (prediction.masked_fill(~valid, other), label),
        (prediction.masked_fill(~valid, other), label.masked_fill(~valid, other)),
    ]:
        value, found = value_and_gradient(loss, changed_prediction, changed_label, valid)
        assert value == expected
        assert torch.equal(found, gradient)
    assert not gradient[~valid.expand_as(gradient)].any()


@each
def test_no_valid_pixel_gives_a_connected_zero(settings, batch):
    loss = MODELS.build(settings)
    prediction, label, valid = loss_batch(*batch)
    for label_given in (label, label * math.nan):
        value, gradient = value_and_gradient(loss, prediction, label_given, valid & False)
        assert value == 0
        assert torch.equal(gradient, torch.zeros_like(prediction))


@each
def test_a_perfect_prediction_has_a_finite_gradient(settings, batch):
    loss = MODELS.build(settings)
    _, label, valid = loss_batch(*batch)
    perfect = (2 * label - 1) * 200 if batch[1] in ('mask', 'classes') else label
    if settings['type'] == 'MaskedCosineLoss':
        perfect = torch.nn.functional.normalize(label, dim=1)
    value, gradient = value_and_gradient(loss, perfect.float(), label.float(), valid)
    assert value == pytest.approx(0, abs=2e-6)
    assert gradient.isfinite().all()


@each
def test_half_precision_is_computed_in_full(settings, batch):
    loss = MODELS.build(settings)
    prediction, label, valid = loss_batch(*batch)
    half = prediction.to(torch.bfloat16)
    value = loss(half, label.float(), valid)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, loss(half.float(), label.float(), valid))
    double = loss(half.double(), label.float().double(), valid)
    assert double.dtype == torch.float64
    torch.testing.assert_close(value.double(), double, rtol=1e-5, atol=1e-6)


@each
def test_weight_and_name_can_be_chosen(settings, batch):
    plain = MODELS.build(settings)
    assert plain.loss_name.startswith('loss_')
    weighted = MODELS.build(dict(settings, loss_weight=2.5, loss_name='loss_other'))
    assert weighted.loss_name == 'loss_other'
    torch.testing.assert_close(weighted(*loss_batch(*batch)), 2.5 * plain(*loss_batch(*batch)))


def test_names_differ_so_that_losses_of_one_head_are_kept_apart():
    names = {MODELS.build(dict(type=name)).loss_name for name in KINDS}
    assert len(names) == len(KINDS)


@pytest.mark.parametrize('name', IN_LOGARITHMS)
def test_in_logarithms_it_is_the_loss_of_logarithms(name):
    prediction, label, valid = loss_batch(1, 'positive')
    found = MODELS.build(dict(type=name, log_space=True))(prediction, label, valid)
    torch.testing.assert_close(
        found, MODELS.build(dict(type=name))(prediction.log(), label.log(), valid)
    )
    far = prediction.clone()
    far[valid] = -1.0  # no number of which there is a logarithm: counts as 1e-6
    value, gradient = value_and_gradient(
        MODELS.build(dict(type=name, log_space=True)), far, label, valid
    )
    assert value.isfinite()
    assert not gradient.any()
