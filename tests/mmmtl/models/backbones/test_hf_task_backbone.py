import copy

import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.backbones import HFTaskBackbone
from mmmtl.models.backbones.foundation.adapters import is_adapter
from tests.utils.foundation_models import CONFIGS, backbone, images
from tests.utils.small_segmentor import samples

RANKS = dict(seg=4, depth=2)


def build(family='dinov2', **settings):
    torch.manual_seed(0)
    lora = dict(rank=RANKS, alpha=8)
    return HFTaskBackbone(tasks=['seg', 'depth'], config=CONFIGS[family], lora=lora, **settings)


def learned(found, scale=0.25):
    """Gives the adapters numbers, which begin at 0."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, parameter in found.named_parameters():
            if is_adapter(name):
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * scale)
    return found


def outputs(found, tasks=None):
    with torch.no_grad():
        return {name: maps[0] for name, maps in found(images(found), tasks).items()}


def test_at_first_each_task_has_the_features_of_the_model():
    expected = backbone()(images(backbone()))[0]
    found = outputs(build().eval())
    assert list(found) == ['seg', 'depth']
    for map_ in found.values():
        torch.testing.assert_close(map_, expected, atol=1e-6, rtol=0)


def test_a_task_has_what_a_shared_adapter_of_its_rank_gives():
    found = learned(build()).eval()
    for task, map_ in outputs(found).items():
        alone = backbone(frozen=True, lora=dict(rank=RANKS[task], alpha=8)).eval()
        weights = {name.replace('.default.', f'.{task}.'): name for name in alone.state_dict()}
        own = found.state_dict()
        alone.load_state_dict({name: own[key] for key, name in weights.items()})
        with torch.no_grad():
            torch.testing.assert_close(map_, alone(images(alone))[0], atol=1e-6, rtol=0)
    assert (outputs(found)['seg'] - outputs(found)['depth']).abs().max() > 1e-2


@pytest.mark.parametrize('family', ['dinov2', 'swin'])
def test_merged_equals_unmerged(family):
    found = learned(build(family)).eval()
    expected = outputs(found)
    assert found.has_adapters
    merged = copy.deepcopy(found)
    merged.merge_adapters()
    assert not merged.has_adapters
    for task, map_ in outputs(merged).items():
        torch.testing.assert_close(map_, expected[task], atol=1e-5, rtol=0)
    assert all(torch.equal(map_, expected[task]) for task, map_ in outputs(found).items())
    # two layers of each of four blocks, 16 x 16 and 16, are there once more; all else is shared
    extra = 4 * 2 * (16 * 16 + 16)
    plain = sum(p.numel() for p in backbone(family).parameters())
    if family == 'dinov2':
        assert sum(p.numel() for p in merged.parameters()) == plain + extra


def test_only_the_adapters_of_a_task_learn_from_it():
    found = learned(build()).train()
    trained = {name for name, value in found.named_parameters() if value.requires_grad}
    assert len(trained) == 2 * 4 * 2 * 2
    found(images(found))['seg'][0].square().sum().backward()
    graph = {name for name, value in found.named_parameters() if value.grad is not None}
    assert graph == {name for name in trained if '.seg.' in name}
    shapes = {tuple(value.shape) for name, value in found.named_parameters() if 'lora_A' in name}
    assert shapes == {(4, 16), (2, 16)}
    assert not any(m.training for n, m in found.model.named_modules() if not is_adapter(n))


def test_only_asked_tasks_are_computed():
    found = build().eval()
    calls = []
    found.model.register_forward_hook(lambda *_: calls.append(1))
    assert list(outputs(found, ('depth',))) == ['depth']
    assert len(calls) == 1
    outputs(found)
    assert len(calls) == 3


def network(**settings):
    torch.manual_seed(0)
    probe = dict(type='LinearHead', in_channels=16)
    regression = dict(type='DecoderRegressionHead', decoder=probe, head=dict(type='DepthHead'))
    return MODELS.build(
        {
            'type': 'MultiTaskSegmentor',
            'data_preprocessor': dict(type='MultiTaskDataPreprocessor', mean=[0] * 3, std=[1] * 3),
            'backbone': dict(
                type='HFTaskBackbone', config=CONFIGS['dinov2'], lora=dict(rank=RANKS)
            ),
            'decode_head': dict(seg=dict(num_classes=5, **probe), depth=regression),
            **settings,
        }
    )


def test_heads_read_the_features_of_their_task():
    model = learned(network()).eval()
    batch = images(model.backbone)
    with torch.no_grad():
        features = model.extract_feat(batch)
        assert list(model.extract_feat(batch, ('depth',))) == ['depth']
        given = model.backbone(batch)
    assert all(torch.equal(features[task][0], given[task][0]) for task in given)


def test_only_tasks_with_labels_are_computed_in_training():
    model = network(only_asked=True).train()
    calls = []
    model.backbone.model.register_forward_hook(lambda *_: calls.append(1))
    batch = samples(size=(28, 42))
    for sample in batch:
        del sample.gt_depth_map
    losses = model.loss(images(model.backbone), batch)
    assert len(calls) == 1
    model.parse_losses(losses)[0].backward()
    norms = {}
    for name, parameter in model.backbone.named_parameters():
        if 'lora_B' in name:
            task = 'seg' if '.seg.' in name else 'depth'
            norms[task] = norms.get(task, 0) + parameter.grad.norm()
    assert norms['seg'] > 0
    assert norms['depth'] == 0


def test_a_plain_neck_reads_them_one_by_one_and_a_task_neck_is_refused():
    neck = dict(type='SimpleFeaturePyramid', in_channels=16, out_channels=8)
    heads = {}
    for task, settings in dict(seg=dict(num_classes=5), depth={}).items():
        heads[task] = dict(
            type='FCNHead' if task == 'seg' else 'DepthHead',
            in_channels=8,
            channels=4,
            in_index=1,
            **settings,
        )
    model = learned(network(neck=neck, decode_head=heads)).eval()
    batch = images(model.backbone)
    with torch.no_grad():
        features = model.extract_feat(batch)
        expected = model.neck(model.backbone(batch)['depth'])
    assert all(torch.equal(*pair) for pair in zip(features['depth'], expected, strict=True))
    model.neck.tasks = ['seg', 'depth']
    with pytest.raises(ValueError, match=r'^neck: .* found SimpleFeaturePyramid, which makes them'):
        model.extract_feat(batch)


@pytest.mark.parametrize(
    ('lora', 'message'),
    [
        (dict(rank=dict(seg=4)), r"^lora\.rank: expected .* one for each of \['seg', 'depth'\]"),
        (dict(rank=dict(seg=4, depth=0)), r'^lora: .*r'),
        (dict(rank=4, layers=['qkv']), r"^lora\.layers: .* found \['qkv'\]"),
        (dict(ranks=4), r"^lora: expected keys among .* found 'ranks'"),
    ],
)
def test_mistakes_are_told(lora, message):
    with pytest.raises(ValueError, match=message):
        HFTaskBackbone(tasks=['seg', 'depth'], config=CONFIGS['dinov2'], lora=lora)
    with pytest.raises(ValueError, match=r"'rank'|r|found \['qkv'\]"):
        backbone(frozen=True, lora=lora)
