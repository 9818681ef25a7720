import copy
import sys

import pytest
import torch
from torch import nn

from mmmtl.models.backbones.foundation.adapters import is_adapter
from tests.utils.foundation_models import backbone, images

LORA = dict(rank=4, alpha=8)


def learned(found):
    """Gives the adapters numbers, which begin at 0."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, parameter in found.named_parameters():
            if is_adapter(name):
                parameter.copy_(torch.randn(parameter.shape, generator=generator) / 4)
    return found


def outputs(found):
    with torch.no_grad():
        return torch.cat([x.flatten() for x in found(images(found))])


@pytest.mark.parametrize('family', ['dinov2', 'dinov3_vit', 'swin'])
def test_merged_equals_unmerged(family):
    plain = backbone(family)
    found = backbone(family, frozen=True, lora=LORA)
    torch.testing.assert_close(outputs(found), outputs(plain), atol=1e-6, rtol=0)
    expected = outputs(learned(found))
    assert (expected - outputs(plain)).abs().max() > 1e-2
    found.merge_adapters()
    torch.testing.assert_close(outputs(found), expected, atol=1e-5, rtol=0)
    assert {name for name, _ in found.named_parameters()} == {
        name for name, _ in plain.named_parameters()
    }


def test_it_is_the_product_of_two_matrices():
    found = learned(backbone(frozen=True, lora=LORA))
    layer = found.model.encoder.layer[0].attention
    layer = next(part for name, part in layer.named_modules() if name.endswith('q_proj'))
    x = torch.randn(5, 16)
    inner = nn.functional.linear(x, layer.lora_A['default'].weight)
    expected = layer.base_layer(x) + 8 / 4 * nn.functional.linear(
        inner, layer.lora_B['default'].weight
    )
    torch.testing.assert_close(layer(x), expected)
    assert inner.shape == (5, 4)


def test_only_adapters_are_trained():
    found = backbone(frozen=True, lora=dict(dropout=0.5)).train()
    trained = {name for name, value in found.named_parameters() if value.requires_grad}
    assert len(trained) == 4 * 2 * 2
    assert all(is_adapter(name) for name in trained)
    learned(found)(images(found))[0].square().sum().backward()
    assert {name for name, value in found.named_parameters() if value.grad is not None} == trained
    training = {name for name, module in found.model.named_modules() if module.training}
    assert training
    assert all(is_adapter(name) for name in training)
    depth = found.get_layer_depth(sorted(trained)[-1])
    assert depth == (4, 6)


def test_layers_behind_the_last_output_get_none():
    found = backbone(frozen=True, lora=LORA, out_indices=[1])
    adapted = {name.split('.')[3] for name, _ in found.named_parameters() if is_adapter(name)}
    assert adapted == {'0', '1'}


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (dict(lora=dict(layers=['qkv'])), r"^lora\.layers: .*Dinov2.*q_proj.* found \['qkv'\]"),
        (dict(lora=dict(layers=[])), r'^lora\.layers: '),
        (dict(lora=dict(ranks=3)), r"^lora: expected keys among .* found 'ranks'"),
        (dict(lora=dict(rank=0)), r'^lora: .*r'),
        (dict(lora=LORA, trained_blocks=1), r'^trained_blocks: expected 0 beside lora'),
        (dict(lora=LORA, frozen=False), r'^trained_blocks and lora .* frozen=False'),
    ],
)
def test_mistakes_are_told(settings, message):
    with pytest.raises(ValueError, match=message) as said:
        backbone(**{'frozen': True, **settings})
    assert '\n' not in str(said.value)


def test_peft_may_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, 'peft', None)
    backbone(frozen=True)
    with pytest.raises(ValueError, match=r'^lora needs peft .*\[hf\]'):
        backbone(frozen=True, lora=LORA)


def test_a_copy_is_independent():
    found = learned(backbone(frozen=True, lora=LORA))
    expected = outputs(found)
    copied = copy.deepcopy(found)
    copied.merge_adapters()
    assert torch.equal(outputs(found), expected)
    assert any(is_adapter(name) for name, _ in found.named_parameters())
