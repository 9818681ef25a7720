import copy

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.backbones import HFBackbone
from tests.utils.foundation_models import CONFIGS, PLAIN, backbone, images, write_folder


@pytest.mark.parametrize('family', CONFIGS)
def test_the_outputs_are_those_of_transformers(tmp_path, family):
    own = write_folder(tmp_path, family)
    found = HFBackbone(str(tmp_path), out_indices=range(4)).eval()
    batch = images(found)
    with torch.no_grad():
        expected = own(batch).feature_maps
        outputs = found(batch)
    assert len(outputs) == len(expected) == 4
    for output, map_, channels, stride in zip(
        outputs, expected, found.channels, found.strides, strict=True
    ):
        assert map_.std() > 1e-3
        assert (output - map_).abs().max() < 1e-6
        assert output.shape == (2, channels, batch.shape[2] // stride, batch.shape[3] // stride)


@pytest.mark.parametrize('family', PLAIN)
def test_a_class_token_comes_with_each_map(family):
    plain = backbone(family, out_indices=[1, 3])
    pairs = backbone(family, out_indices=[1, 3], output_cls_token=True)
    batch = images(plain)
    with torch.no_grad():
        maps = plain(batch)
        for (map_, token), alone in zip(pairs(batch), maps, strict=True):
            assert torch.equal(map_, alone)
            assert token.shape == (2, 16)
        seen = []
        block = min((n for n, depth in pairs.depths.items() if depth == 2), key=len)
        pairs.model.get_submodule(block).register_forward_hook(lambda *_: seen.append(_[2]))
        found = pairs(batch)[0][1]
        hidden = (seen[0][0] if isinstance(seen[0], tuple) else seen[0])[:, 0]
        if getattr(pairs.model.config, 'apply_layernorm', False):
            hidden = (getattr(pairs.model, 'layernorm', None) or pairs.model.norm)(hidden)
        torch.testing.assert_close(found, hidden, atol=1e-6, rtol=0)


def test_the_outputs_are_counted_from_the_first_block_or_stage():
    assert backbone().model.out_features == ['stage4']
    assert backbone(out_indices=(0, -1)).model.out_features == ['stage1', 'stage4']
    swin = backbone('swin')
    assert swin.model.out_features == ['stage1', 'stage2', 'stage3', 'stage4']
    assert swin.strides == (4, 8, 16, 32)
    assert swin.channels == (8, 16, 32, 64)
    assert swin.size_divisor == 32
    assert backbone('swin', out_indices=[0, 1]).size_divisor == 8


@pytest.mark.parametrize(
    ('family', 'unused'),
    [('dinov2', ['embeddings.mask_token']), ('swin', ['swin.layernorm.bias']), ('resnet', [])],
)
def test_what_no_output_depends_on_is_not_trained(family, unused):
    found = backbone(family).train()
    torch.cat([x.flatten() for x in found(images(found))]).square().sum().backward()
    for name, parameter in found.model.named_parameters():
        assert (parameter.grad is not None) == parameter.requires_grad
        if name in unused:
            assert not parameter.requires_grad


def test_frozen_leaves_no_graph_and_stays_in_evaluation():
    found = backbone('resnet', frozen=True)
    before = copy.deepcopy(found.state_dict())
    found.train()
    assert found.training
    assert not any(module.training for module in found.model.modules())
    outputs = found(images(found))
    assert not any(output.requires_grad for output in outputs)
    assert all(torch.equal(value, before[name]) for name, value in found.state_dict().items())
    assert not any(parameter.requires_grad for parameter in found.parameters())


@pytest.mark.parametrize(
    ('family', 'count', 'expected'),
    [
        ('dinov2', 2, {'encoder.layer.2', 'encoder.layer.3', 'layernorm'}),
        ('swin', 1, {'swin.encoder.layers.3', 'hidden_states_norms'}),
        ('convnext', 2, {'encoder.stages.2.layers.1', 'encoder.stages.3', 'hidden_states_norms'}),
        ('swinv2', 1, {'encoder.layers.3'}),
    ],
)
def test_the_last_blocks_are_trained(family, count, expected):
    found = backbone(family, frozen=True, trained_blocks=count).train()
    trained = {name for name, value in found.model.named_parameters() if value.requires_grad}
    assert trained
    for name, _ in found.model.named_parameters():
        within = any(name.startswith(f'{part}.') for part in expected)
        assert (name in trained) == (within and 'swin.layernorm' not in name), name
    modules = dict(found.model.named_modules())
    assert all(modules[name.rpartition('.')[0]].training for name in trained)
    torch.cat([x.flatten() for x in found(images(found))]).square().sum().backward()
    graph = {name for name, value in found.model.named_parameters() if value.grad is not None}
    assert graph == trained


def test_the_depth_of_a_parameter_is_that_of_its_block():
    found = backbone()
    names = {
        'embeddings.cls_token': 0,
        'embeddings.patch_embeddings.projection.weight': 0,
        'encoder.layer.0.norm1.weight': 1,
        'encoder.layer.3.mlp.fc1.weight': 4,
        'layernorm.weight': 5,
    }
    known = dict(found.named_parameters())
    for name, depth in names.items():
        assert f'model.{name}' in known
        assert found.get_layer_depth(f'backbone.model.{name}', 'backbone.') == (depth, 6)


def test_images_that_patches_do_not_cover_are_refused():
    found = backbone()
    with pytest.raises(ValueError, match=r'multiples of 14, found \(30, 40\).*size_divisor=14'):
        found(torch.zeros(1, 3, 30, 40))
    with pytest.raises(ValueError, match=r'multiples of 14, found \(7, 14\)'):
        found(torch.zeros(1, 3, 7, 14))
    with pytest.raises(ValueError, match=r'reads images of \(64, 64\) pixels alone'):
        backbone('hiera')(torch.zeros(1, 3, 64, 96))


def test_position_embeddings_are_interpolated():
    settings = {**CONFIGS['swin'], 'use_absolute_embeddings': True}
    found = HFBackbone(config=settings).eval()
    with torch.no_grad():
        assert next(x.shape[2:] for x in found(torch.randn(1, 3, 96, 128))) == (24, 32)
        native = torch.randn(1, 3, 64, 64)
        embeddings = found.model.swin.embeddings
        plain = copy.deepcopy(embeddings)
        plain._forward_pre_hooks.clear()
        assert torch.equal(embeddings(native)[0], plain(native)[0])


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (dict(out_indices=[4]), r'^out_indices: expected numbers from 0 to 3 .*blocks.* \[4\]'),
        (dict(out_indices=[]), r'^out_indices: .* found \[\]'),
        (dict(out_indices=[2, 1]), r'^out_indices: expected rising numbers'),
        (dict(frozen=True, trained_blocks=5), r'^trained_blocks: .* 0 to 4, .* found 5'),
        (dict(trained_blocks=1), r'^trained_blocks and lora .* found frozen=False'),
        (dict(config=None), r'^model: expected a name, folder or file'),
        (
            dict(config=CONFIGS['swin'], output_cls_token=True),
            r"^output_cls_token: expected a model with a class token.*'swin'",
        ),
    ],
)
def test_wrong_arguments_are_told(settings, message):
    with pytest.raises(ValueError, match=message) as caught:
        HFBackbone(**{'config': CONFIGS['dinov2'], **settings})
    assert '\n' not in str(caught.value)


def test_the_log_counts_what_is_trained(monkeypatch):
    lines = []
    module = 'mmmtl.models.backbones.hf_backbone.print_log'
    monkeypatch.setattr(module, lambda line, **_: lines.append(line))
    found = MODELS.build(dict(type='HFBackbone', config=CONFIGS['dinov2'], frozen=True))
    total = sum(parameter.numel() for parameter in found.parameters())
    assert f'0 parameters are trained, {total:,} are not' in lines[0]


def test_initialisation_leaves_the_weights_as_they_came():
    found = backbone()
    before = copy.deepcopy(found.state_dict())
    found.init_weights()
    assert found.is_init
    assert all(torch.equal(value, before[name]) for name, value in found.state_dict().items())
