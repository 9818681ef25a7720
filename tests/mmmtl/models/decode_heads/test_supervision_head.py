import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.tasks import DEPTH, NORMAL, SEG
from tests.utils.head_samples import head_samples

CLASSES = dict(
    type='FCNHead',
    concat_input=False,
    num_convs=1,
    num_classes=3,
    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True, loss_weight=2.0),
)


def build(head, **settings):
    return MODELS.build(dict(type='SupervisionHead', head=head, **settings))


def test_it_has_no_parameters_and_gives_the_prediction_that_it_reads():
    head = build(CLASSES, in_index=1)
    assert list(head.parameters()) == []
    maps = (torch.randn(2, 8, 4, 6), torch.randn(2, 3, 2, 3))
    torch.testing.assert_close(head(maps), maps[1])
    assert build(CLASSES)(maps) is not maps[0]  # the last by default
    torch.testing.assert_close(build(CLASSES)(maps), maps[1])


def test_classes_are_compared_at_the_size_of_the_label_with_the_weight_of_the_head():
    prediction = torch.randn(1, 3, 2, 3, requires_grad=True)
    label = torch.tensor([[[0, 1, 2, 255, 0, 1]] * 4])
    losses = build(CLASSES).loss((prediction,), head_samples(SEG, [label]), None)
    resized = torch.nn.functional.interpolate(prediction, size=(4, 6), mode='bilinear')
    log_shares = resized.log_softmax(dim=1)[0]
    valid = [(row, column) for row in range(4) for column in (0, 1, 2, 4, 5)]
    by_hand = -sum(log_shares[label[0, r, c], r, c] for r, c in valid) / len(valid)
    torch.testing.assert_close(losses['loss_ce'], 2 * by_hand)
    losses['loss_ce'].backward()
    assert prediction.grad.abs().sum() > 0


def test_directions_are_unit_vectors_before_they_are_compared():
    head = build(dict(type='NormalHead', loss_decode=dict(type='MaskedL1Loss', loss_weight=30.0)))
    prediction = torch.tensor([0.0, 0.0, 4.0]).view(1, 3, 1, 1)
    label = torch.tensor([0.0, 1.0, 0.0]).view(3, 1, 1)
    losses = head.loss((prediction,), head_samples(NORMAL, [label]), None)
    assert losses['loss_l1'].item() == pytest.approx(30 * (0 + 1 + 1) / 3)


def test_numbers():
    losses = build(dict(type='DepthHead')).loss(
        (torch.full((1, 1, 2, 2), 3.0),), head_samples(DEPTH, [torch.full((1, 4, 4), 1.0)]), None
    )
    assert sum(losses.values()).item() == pytest.approx(2.0)


def test_a_map_that_is_no_prediction_is_named():
    maps = (torch.randn(2, 8, 4, 6), torch.randn(2, 3, 2, 3))
    message = r'in_index: .* with 3 channels, the prediction of FCNHead, found 0, a map with 8\.'
    with pytest.raises(ValueError, match=message):
        build(CLASSES, in_index=0)(maps)
    with pytest.raises(
        ValueError, match='in_index: expected one of the 2 feature maps, .* found 2'
    ):
        build(CLASSES, in_index=2)(maps)


def test_a_head_whose_layers_cannot_be_left_out_is_named():
    message = 'head: expected a head whose layers .* concat_input=False, found FCNHead with conv_c'
    with pytest.raises(ValueError, match=message):
        build(dict(CLASSES, concat_input=True))
