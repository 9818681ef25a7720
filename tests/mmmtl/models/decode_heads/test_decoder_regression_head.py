import pytest
import torch
from mmseg.registry import MODELS
from torch import nn

from mmmtl.tasks import DEPTH, NORMAL
from tests.utils.head_samples import head_samples

PSP = dict(
    type='PSPHead',
    in_channels=8,
    in_index=1,
    channels=6,
    pool_scales=(1, 2),
    norm_cfg=dict(type='BN'),
    align_corners=True,
)
MAPS = tuple(torch.rand(2, 8, *size) for size in ((16, 24), (8, 12)))


def build(head, **decoder):
    torch.manual_seed(0)
    return MODELS.build(
        dict(type='DecoderRegressionHead', decoder={**PSP, **decoder}, head=dict(head))
    )


def test_it_is_the_decoder_followed_by_the_head():
    head = build(dict(type='DepthHead'), dropout_ratio=0.9).train()
    decoder = MODELS.build(dict(PSP, num_classes=5, dropout_ratio=0)).train()
    lacking = decoder.load_state_dict(head.decoder.state_dict(), strict=False)
    assert lacking.missing_keys == ['conv_seg.weight', 'conv_seg.bias']
    features = decoder._forward_feature(MAPS)
    weight, bias = head.head.conv_seg.weight[:, :, 0, 0], head.head.conv_seg.bias
    expected = torch.einsum('nchw,oc->nohw', features, weight) + bias[:, None, None]
    torch.testing.assert_close(head(MAPS), expected)
    assert head(MAPS).shape == (2, 1, 8, 12)


def test_every_parameter_learns():
    head = build(dict(type='NormalHead'))
    head(MAPS)[:, 0].sum().backward()
    assert all(parameter.grad is not None for parameter in head.parameters())


def test_directions_have_unit_length_at_the_size_of_the_image():
    head = build(dict(type='NormalHead')).eval()
    with torch.no_grad():
        resized = head.predict(MAPS, [dict(img_shape=(32, 48))] * 2, {})
    predicted = NORMAL.normalise(resized)  # once, on the way out
    torch.testing.assert_close(predicted.cross(resized, dim=1), torch.zeros_like(predicted))
    assert predicted.shape == (2, 3, 32, 48)
    torch.testing.assert_close(predicted.norm(dim=1), torch.ones(2, 32, 48))


def test_the_loss_is_that_of_the_head():
    head = build(dict(type='DepthHead')).eval()
    samples = head_samples(DEPTH, [torch.full((1, 8, 12), value) for value in (2.0, 0.0)])
    losses = head.loss(MAPS, samples, None)
    expected = (head(MAPS)[0] - 2).abs().mean()  # the second image has no valid pixel
    torch.testing.assert_close(sum(losses.values()), expected)


def test_what_it_says_of_itself():
    head = build(dict(type='DepthHead'))
    assert head.align_corners
    assert not build(dict(type='DepthHead', align_corners=False)).align_corners
    head.init_weights()
    assert head.head.conv_seg.bias.abs().sum() == 0


def test_heads_of_several_outputs_are_refused():
    head = MODELS.build(
        dict(
            type='DecoderRegressionHead',
            decoder=dict(type='DAHead', in_channels=8, channels=16, pam_channels=4),
            head=dict(type='DepthHead'),
        )
    )
    with pytest.raises(ValueError, match='found that DAHead gives 3 outputs'):
        head(MAPS)


def test_heads_without_a_last_convolution_are_refused():
    class NoHead(nn.Module):
        def __init__(self, num_classes, channels):
            super().__init__()

    MODELS.register_module(module=NoHead)
    try:
        with pytest.raises(ValueError, match='conv_seg, found NoHead, which has none'):
            MODELS.build(
                dict(
                    type='DecoderRegressionHead',
                    decoder=dict(type='NoHead', channels=8),
                    head=dict(type='DepthHead'),
                )
            )
    finally:
        MODELS.module_dict.pop('NoHead')
