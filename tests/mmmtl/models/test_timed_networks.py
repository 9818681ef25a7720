"""The plain networks that ours are timed beside compute the same."""

import copy

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.apis.launch import load_config
from mmmtl_bench.speed.contestant import network_of
from tests.utils.paths import CONFIGS
from tests.utils.plain.timed import plain_network

WIDTHS = [4, 6, 8, 8, 8]
UNET = {
    'backbone.widths': WIDTHS[:4],
    'backbone.bottleneck_width': 10,
    'backbone.dropout_ratio': 0.0,
    'neck.in_channels': [4, 6, 8, 8, 10],
}


def small(name, **settings):
    cfg = load_config(CONFIGS / f'{name}.py')
    for task in cfg.model.decode_head:
        settings |= {f'decode_head.{task}.in_channels': 4, f'decode_head.{task}.channels': 4}
    cfg.merge_from_dict({f'model.{key}': value for key, value in settings.items()})
    torch.manual_seed(0)
    return MODELS.build(cfg.model).double()


@pytest.mark.parametrize(
    ('name', 'settings'),
    [
        ('mtan_segnet_nyuv2', {'backbone.widths': WIDTHS, 'neck.widths': WIDTHS}),
        ('split_segnet_nyuv2', {'backbone.widths': WIDTHS}),
        ('mtunet_cityscapes7', UNET),
    ],
)
def test_outputs_and_gradients_are_the_same(name, settings):
    model = small(name, **settings)
    other = copy.deepcopy(model)
    images = torch.rand(2, 3, 32, 64, dtype=torch.double)
    for training in (True, False):
        found = network_of(model.train(training))(images)
        expected = plain_network(other.train(training))(images)
        assert found.keys() == expected.keys() == model.tasks.keys()
        for task, output in found.items():
            torch.testing.assert_close(expected[task], output, atol=1e-9, rtol=1e-9)
        if training:
            for outputs in (found, expected):
                sum(output.square().mean() for output in outputs.values()).backward()
    pairs = zip(model.named_parameters(), other.parameters(), strict=True)
    compared = [(p.grad, q.grad) for (name, p), q in pairs if not name.startswith('loss_weighting')]
    for ours, plain in compared:
        torch.testing.assert_close(plain, ours, atol=1e-9, rtol=1e-9)
    assert max(gradient.abs().max() for gradient, _ in compared) > 0.01


def test_a_network_without_a_plain_version_is_named():
    model = small('mtan_segnet_nyuv2', **{'backbone.widths': WIDTHS, 'neck.widths': WIDTHS})
    model.neck = torch.nn.Identity()
    with pytest.raises(ValueError, match=r"SegNet \+ MTANNeck.*found \('SegNet', 'Identity'\)"):
        plain_network(model)
