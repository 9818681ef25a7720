import copy

import pytest
import torch
from mmcv.cnn import ConvModule
from mmcv.cnn.bricks.conv_module import efficient_conv_bn_eval_forward
from torch import nn

from mmmtl.models.backbones.dense_unet_encoder import ConvActNorm
from mmmtl.models.fuse_conv_bn import FusedNorms, fuse_conv_bn
from mmmtl.models.keyed_batch_norm import KeyedBatchNorm
from mmmtl.models.layers import ConvNormAct
from tests.utils import architectures, small_segmentor

IMAGES = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))
X = torch.randn(2, 4, 6, 7, generator=torch.Generator().manual_seed(2))

LEFT = {
    'dense_segnet': 2,  # of a block whose output nobody reads
    'linear_dinov2-s': 2,  # the heads begin with them
    'mtan_wrn28-4': 4,  # before the first convolution of a group, or behind a sum
    'mtunet': 26,  # behind ReLUs
    'nddr_r18': 8,  # behind a function, not a module
}
"""Normalisations that follow no convolution, by network."""


def fused_and_before(model, x):
    """Randomises a model, folds a copy in double precision; gives both outputs and the counts."""
    torch.manual_seed(0)
    for name, value in model.state_dict().items():
        if value.dtype == torch.float32 and not name.endswith(('_u', '_v')):
            value.copy_(torch.rand(value.shape) + 0.5)
    model = model.double().eval()
    fused = copy.deepcopy(model)
    counts = fuse_conv_bn(fused, lambda: fused(x.double()))
    with torch.no_grad():
        return fused(x.double()), model(x.double()), counts


def assert_fuses(model, fused, left, x=X):
    found, expected, counts = fused_and_before(model, x)
    assert counts == (fused, left)
    assert expected.abs().max() > 0.01
    torch.testing.assert_close(found, expected, atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize('name', architectures.ARCHITECTURES)
def test_networks_predict_the_same(name):
    model = architectures.build(name)
    norms = sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())
    with torch.no_grad():
        plain = model(IMAGES, mode='tensor')
        expected = copy.deepcopy(model).double()(IMAGES.double(), mode='tensor')
    for dtype, bound in ((torch.float64, 1e-10), (torch.float32, 1e-4)):
        fused, images = copy.deepcopy(model).to(dtype), IMAGES.to(dtype)
        counts = fuse_conv_bn(fused, lambda f=fused, x=images: f(x, mode='tensor'))
        assert counts == FusedNorms(norms - LEFT.get(name, 0), LEFT.get(name, 0))
        with torch.no_grad():
            found = fused(images, mode='tensor')
        assert list(found) == list(expected)
        for task, output in expected.items():
            rounding = (plain[task] - output).abs().max()  # that of float32 alone
            bound_of_task = max(bound * output.abs().max(), rounding * (dtype == torch.float32) * 3)
            assert (found[task] - output).abs().max() <= bound_of_task


@pytest.mark.parametrize(
    ('layer', 'fused'),
    [
        (ConvNormAct(4, 5), 1),
        (ConvNormAct(4, 5, norm_cfg=dict(type='SyncBN')), 1),
        (ConvModule(4, 5, 3, norm_cfg=dict(type='BN', requires_grad=False)), 1),
        (ConvModule(4, 6, 3, padding=1, padding_mode='reflect', norm_cfg=dict(type='BN')), 1),
        (ConvModule(4, 5, 3, norm_cfg=dict(type='BN'), order=('norm', 'conv', 'act')), 0),
        (ConvModule(4, 5, 3, norm_cfg=dict(type='BN'), order=('conv', 'act', 'norm')), 0),
        (ConvModule(4, 5, 3, conv_cfg=dict(type='ConvWS'), norm_cfg=dict(type='BN')), 0),
        (ConvActNorm(4, 5), 0),
        (nn.Sequential(nn.ConvTranspose2d(4, 6, 3, stride=2), nn.BatchNorm2d(6)), 1),
        (nn.Sequential(nn.ConvTranspose2d(4, 6, 3, groups=2), nn.BatchNorm2d(6)), 0),
        (nn.Sequential(nn.Conv2d(4, 6, 3, groups=2), nn.BatchNorm2d(6, affine=False)), 1),
        (nn.Sequential(nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6, eps=0.1)), 1),
        (nn.Sequential(nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6, track_running_stats=False)), 0),
        (nn.Sequential(nn.utils.spectral_norm(nn.Conv2d(4, 6, 3)), nn.BatchNorm2d(6)), 0),
        (
            nn.Sequential(
                nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 6, 3)), nn.BatchNorm2d(6)
            ),
            0,
        ),
        (nn.Sequential(nn.Conv2d(4, 6, 3), KeyedBatchNorm(nn.BatchNorm2d(6), ['a', 'b'])), 0),
    ],
)  # fmt: skip
def test_layers(layer, fused):
    norms = sum(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in layer.modules())
    assert_fuses(layer, fused, norms - fused)


class Graph(nn.Module):
    """A convolution and two normalisations, joined as a function says."""

    def __init__(self, forward):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        self.second = nn.Conv2d(4, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.other = nn.BatchNorm2d(4)
        self.join = forward

    def forward(self, x):
        return self.join(self, x)


def read_by_a_sum(m, x):
    y = m.conv(x)
    return m.other(m.norm(y) + y)


def read_before_its_norm(m, x):
    y = m.conv(x)
    z = y.mean()
    return m.other(m.norm(y) + z)


def changed_in_place(m, x):
    y = m.conv(x)
    y.relu_()
    return m.other(m.norm(y).relu())


def returned_itself(m, x):
    m.kept = m.conv(x)
    return torch.stack([m.other(m.norm(m.kept).relu()), m.kept])


def two_norms(m, x):
    return m.norm(m.conv(x)) + m.other(m.conv(x))


def two_norms_of_one_output(m, x):
    y = m.conv(x)
    return m.norm(y) + m.other(y)


def one_norm_behind_two(m, x):
    return m.other(m.norm(m.conv(x)).relu() + m.norm(m.second(x)))


def a_norm_that_reads_a_sum_too(m, x):
    return m.other(m.norm(m.norm(m.conv(x)).relu()).relu())


def twice_the_same(m, x):
    return m.other(m.norm(m.conv(m.norm(m.conv(x)).relu())).relu())


def registered_in_another_order(m, x):
    return m.other(m.second(m.norm(m.conv(x)).relu()))


def in_place_afterwards(m, x):
    y = m.norm(m.conv(x))
    y.relu_()
    return m.other(y)


@pytest.mark.parametrize(
    ('join', 'fused'),
    [
        (read_by_a_sum, 0),
        (read_before_its_norm, 0),
        (changed_in_place, 0),
        (returned_itself, 0),
        (two_norms, 0),
        (two_norms_of_one_output, 0),
        (one_norm_behind_two, 0),
        (a_norm_that_reads_a_sum_too, 0),
        (twice_the_same, 1),
        (registered_in_another_order, 2),
        (in_place_afterwards, 1),
    ],
)
def test_only_what_nothing_else_reads_is_folded(join, fused):
    assert_fuses(Graph(join), fused, 2 - fused)


def test_the_models_output_is_read():
    model = nn.Sequential(nn.Conv2d(4, 4, 1)).eval()
    model.add_module('norm', nn.BatchNorm2d(4).eval())
    both = lambda: (y := model[0](X), model.norm(y))  # noqa: E731
    assert fuse_conv_bn(model, both) == (0, 1)
    assert fuse_conv_bn(model, lambda: model(X)) == (1, 0)


def test_statistics_of_tasks_and_sets_stay():
    neck = dict(type='MTANNeck', widths=small_segmentor.WIDTHS, separate_statistics=True)
    images = small_segmentor.IMAGES
    for settings in (dict(neck=neck), dict(set_statistics=['a', 'b'])):
        model = small_segmentor.build(**settings).eval()
        keyed = [module for module in model.modules() if isinstance(module, KeyedBatchNorm)]
        with torch.no_grad():
            expected = model(images, mode='tensor')
        counts = fuse_conv_bn(model, lambda m=model: m(images, mode='tensor'))
        assert counts.left == 2 * len(keyed) > 0
        assert bool(counts.fused) == ('neck' in settings)
        with torch.no_grad():
            found = model(images, mode='tensor')
        for task, output in expected.items():
            torch.testing.assert_close(found[task], output, atol=1e-4, rtol=1e-4)


def test_all_tasks_are_watched_although_one_is_asked_for():
    model = small_segmentor.build(only_asked=True).eval()
    every = copy.deepcopy(model)
    metas = [dict(ori_shape=(16, 24), tasks=('seg',))] * 2
    counts = fuse_conv_bn(model, lambda: model.encode_decode(small_segmentor.IMAGES, metas))
    assert model.only_asked
    assert counts.left == 0
    with torch.no_grad():
        found, expected = (m(small_segmentor.IMAGES, mode='tensor') for m in (model, every))
    torch.testing.assert_close(found['depth'], expected['depth'], atol=1e-4, rtol=1e-4)


def test_hooked_modules_and_mmcvs_own_folding_are_left_alone():
    hooked = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)).eval()
    seen = []
    hooked[0].register_forward_hook(lambda *_: seen.append(1))
    assert fuse_conv_bn(hooked, lambda: hooked(X)) == (0, 1)
    own = ConvModule(4, 4, 1, norm_cfg=dict(type='BN'), efficient_conv_bn_eval=True).eval()
    assert own.efficient_conv_bn_eval_forward is efficient_conv_bn_eval_forward
    assert fuse_conv_bn(own, lambda: own(X)) == (0, 1)


def test_a_model_in_training_is_refused():
    with pytest.raises(ValueError, match='model: expected one in evaluation mode'):
        fuse_conv_bn(nn.Conv2d(1, 1, 1), lambda: None)
