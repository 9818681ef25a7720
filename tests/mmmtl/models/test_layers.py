import pytest
import torch
from mmengine.model import initialize
from torch import nn

from mmmtl.models.layers import XAVIER_INIT, ConvNormAct


def test_it_is_convolution_normalisation_and_relu_by_hand():
    layer = ConvNormAct(1, 2, kernel_size=1).eval()
    conv, norm, _ = layer
    conv.weight.data = torch.tensor([2.0, -1.0]).view(2, 1, 1, 1)
    conv.bias.data = torch.tensor([1.0, 0.0])
    norm.running_mean.copy_(torch.tensor([3.0, 0.0]))
    norm.running_var.copy_(torch.tensor([4.0, 1.0]))
    norm.weight.data = torch.tensor([10.0, 1.0])
    norm.bias.data = torch.tensor([0.5, 0.25])
    x = torch.tensor([[[[0.0, 2.0]]]])
    # 10 * (2 x + 1 - 3) / 2 + 0.5, and -x + 0.25
    expected = torch.tensor([[[[0.0, 10.5]], [[0.25, 0.0]]]])
    torch.testing.assert_close(layer(x), expected, atol=1e-4, rtol=1e-4)


def test_training_uses_the_statistics_of_the_batch():
    layer = ConvNormAct(2, 3, act=nn.Identity()).train()
    output = layer(torch.randn(4, 2, 5, 5))
    torch.testing.assert_close(output.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    variance = output.var(dim=(0, 2, 3), unbiased=False)
    torch.testing.assert_close(variance, torch.ones(3), atol=1e-2, rtol=0)


@pytest.mark.parametrize('kernel_size', [1, 3, 5])
def test_the_size_is_kept_with_a_stride_of_1(kernel_size):
    layer = ConvNormAct(2, 3, kernel_size)
    assert layer[0].weight.shape == (3, 2, kernel_size, kernel_size)
    assert layer[0].bias is not None
    assert layer(torch.rand(2, 2, 7, 6)).shape == (2, 3, 7, 6)


def test_a_stride_of_2_halves_the_size_rounded_up():
    assert ConvNormAct(2, 3, stride=2)(torch.rand(2, 2, 7, 6)).shape == (2, 3, 4, 3)


def test_normalisation_and_activation_can_be_chosen():
    layer = ConvNormAct(2, 4, norm_cfg=dict(type='GN', num_groups=2), act=nn.Sigmoid())
    assert isinstance(layer[1], nn.GroupNorm)
    output = layer(torch.randn(2, 2, 5, 5))
    assert 0 < output.min() < 0.5 < output.max() < 1
    assert isinstance(ConvNormAct(2, 4)[1], nn.BatchNorm2d)


def test_the_paper_s_initialisation():
    torch.manual_seed(0)
    layer = ConvNormAct(32, 64)
    nn.init.constant_(layer[0].bias, 7)
    nn.init.constant_(layer[1].weight, 7)
    nn.init.constant_(layer[1].bias, 7)
    initialize(layer, XAVIER_INIT)
    weight = layer[0].weight.detach()
    spread = (2 / (9 * (32 + 64))) ** 0.5
    assert weight.std().item() == pytest.approx(spread, rel=0.03)
    assert weight.abs().max() > 3 * spread  # normal, not uniform: that ends at sqrt(3)
    assert not layer[0].bias.any()
    assert layer[1].weight.unique().tolist() == [1]
    assert not layer[1].bias.any()
