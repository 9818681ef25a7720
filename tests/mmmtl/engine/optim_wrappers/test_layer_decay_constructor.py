import pytest
import torch
from mmengine.optim import build_optim_wrapper
from torch import nn

from tests.utils.foundation_models import backbone


def network(**settings):
    model = nn.Module()
    model.backbone = backbone(**settings)
    model.head = nn.Sequential(nn.Conv2d(16, 2, 1), nn.BatchNorm2d(2))
    return model


def build(model, **paramwise):
    config = dict(
        type='OptimWrapper',
        constructor='LayerDecayOptimWrapperConstructor',
        optimizer=dict(type='AdamW', lr=0.1, weight_decay=0.5),
        paramwise_cfg=paramwise,
    )
    wrapper = build_optim_wrapper(model, config)
    names = {id(value): name for name, value in model.named_parameters()}
    return {names[id(group['params'][0])]: group for group in wrapper.optimizer.param_groups}


def test_rates_fall_from_layer_to_layer():
    groups = build(network(), layer_decay=0.5, norm_decay_mult=0, flat_decay_mult=0.1)
    rates = {
        'head.0.weight': 1,
        'backbone.model.layernorm.weight': 1,
        'backbone.model.encoder.layer.3.mlp.fc1.weight': 1 / 2,
        'backbone.model.encoder.layer.0.mlp.fc1.weight': 1 / 16,
        'backbone.model.embeddings.cls_token': 1 / 32,
    }
    for name, rate in rates.items():
        assert groups[name]['lr'] == pytest.approx(0.1 * rate), name
    assert groups['backbone.model.encoder.layer.0.norm1.weight']['weight_decay'] == 0
    assert groups['head.1.bias']['weight_decay'] == 0
    assert groups['backbone.model.encoder.layer.0.mlp.fc1.bias']['weight_decay'] == 0.05
    assert groups['head.0.weight']['weight_decay'] == 0.5


def test_custom_rates_fall_too():
    groups = build(network(), layer_decay=0.5, custom_keys=dict(backbone=dict(lr_mult=0.1)))
    name = 'backbone.model.encoder.layer.3.mlp.fc1.weight'
    assert groups[name]['lr'] == pytest.approx(0.005)


def test_what_is_frozen_is_in_no_group():
    model = network(frozen=True, trained_blocks=1)
    groups = build(model, layer_decay=0.9)
    assert set(groups) == {n for n, value in model.named_parameters() if value.requires_grad}
    assert groups['backbone.model.encoder.layer.3.mlp.fc1.weight']['lr'] == pytest.approx(0.09)


def test_mistakes_are_told():
    for wrong in (dict(), dict(layer_decay=0), dict(layer_decay='much')):
        with pytest.raises(ValueError, match=r'^optim_wrapper\.paramwise_cfg\.layer_decay: '):
            build(network(), **wrong)
    model = nn.Module()
    model.backbone = nn.Conv2d(1, 1, 1)
    with pytest.raises(ValueError, match=r'tells how deep .* found Conv2d'):
        build(model, layer_decay=0.5)
    assert torch.is_tensor(model.backbone.weight)
