import pytest
import torch
from torch import nn

from mmmtl.models.backbones import DenseUNetEncoder
from tests.utils.plain.layers import PlainLayers
from tests.utils.plain.mtunet import plain_encoder
from tests.utils.random_weights import randomise

IMAGE = torch.rand(2, 3, 50, 70, generator=torch.Generator().manual_seed(1))


def build(**settings):
    settings = dict(widths=(8, 12, 16, 20), bottleneck_width=24, dropout_ratio=0.0) | settings
    encoder = DenseUNetEncoder(**settings)
    randomise(encoder)
    return encoder


@pytest.mark.parametrize('training', [False, True])
def test_it_agrees_with_plain_torch(training):
    encoder = build().double().train(training)
    image = IMAGE.double()
    expected = plain_encoder(image, PlainLayers(encoder.state_dict(), training))
    with torch.no_grad():
        outputs = encoder(image)
    sizes = [(50, 70), (25, 35), (12, 17), (6, 8), (6, 8)]
    assert [tuple(x.shape) for x in outputs] == [
        (2, width, *size) for width, size in zip((8, 12, 16, 20, 24), sizes, strict=True)
    ]
    for found, wanted in zip(outputs, expected, strict=True):
        assert wanted.std() > 0.05
        torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)


def test_every_parameter_learns_from_the_bottleneck_alone():
    encoder = build()
    encoder(IMAGE)[-1].square().mean().backward()
    assert all(p.grad.abs().sum() > 0 for p in encoder.parameters())


def test_dropout_acts_between_the_encoder_blocks_in_training_alone():
    encoder = build(dropout_ratio=0.5).eval()
    torch.manual_seed(0)
    with torch.no_grad():
        still = encoder(IMAGE)
        for module in encoder.modules():  # statistics of the batch would differ, too
            module.training = isinstance(module, nn.Dropout)
        shaken = encoder(IMAGE)
    assert torch.equal(shaken[0], still[0])
    assert all(not torch.allclose(a, b) for a, b in zip(shaken[1:], still[1:], strict=True))


def test_dropout_drops_single_values_at_its_rate():
    encoder = build(dropout_ratio=0.25).train()
    dropped = []
    encoder.dropout.register_forward_hook(
        lambda _, inputs, output: dropped.append((output == 0) & (inputs[0] != 0))
    )
    torch.manual_seed(0)
    encoder(IMAGE)
    assert [x.shape[1] for x in dropped] == [8, 12, 16, 20]  # before each pooling
    assert dropped[0].double().mean().item() == pytest.approx(0.25, abs=0.02)
    by_channel = dropped[0].double().mean(dim=(2, 3))
    assert (by_channel > 0.1).all()  # no whole channels
    assert (by_channel < 0.4).all()


def test_it_starts_as_u_net_does():
    torch.manual_seed(0)
    encoder = DenseUNetEncoder(widths=(16, 32), bottleneck_width=64)
    encoder.init_weights()
    conv, _, norm = encoder.blocks[1].second
    assert conv.weight.std().item() == pytest.approx((2 / (9 * (16 + 32))) ** 0.5, rel=0.05)
    assert not conv.bias.any()
    assert norm.weight.unique().tolist() == [1]
    assert not norm.bias.any()


@pytest.mark.parametrize('ratio', [1, -0.1])
def test_a_wrong_dropout_ratio_is_named(ratio):
    message = rf'dropout_ratio: expected a number in \[0, 1\), found {ratio}\.'
    with pytest.raises(ValueError, match=message):
        DenseUNetEncoder(dropout_ratio=ratio)
